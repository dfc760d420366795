/** One record of the shop; nobody ever made any of them. */
export interface Album {
  readonly id: string
  readonly title: string
  readonly artist: string
  readonly year: number
  readonly genre: string
  readonly tracks: number
}

type Row = readonly [title: string, artist: string, year: number, genre: string, tracks: number]

/** In the order they came into the shop: a new one goes to the end, and an id is never given twice. */
const rows: readonly Row[] = [
  ['Slow Trains to Somewhere Green', 'The Paper Lanterns', 1971, 'folk', 11],
  ['Kettle Season', 'Odile Marchetti', 1998, 'chanson', 10],
  ['The Harbour Keeps Its Own Time', 'Saltmarsh Brass', 1984, 'jazz', 8],
  ['Nine Small Weather Systems', 'Ines Okonkwo-Vale', 2019, 'ambient', 9],
  ['Borrowed Umbrellas', 'The Tuesday People', 2003, 'indie pop', 12],
  ['Lighthouse Arithmetic', 'Hollis & Fenn', 1968, 'folk', 10],
  ['Midnight at the Button Factory', 'DJ Correct Change', 1994, 'house', 9],
  ['Songs for an Empty Swimming Pool', 'Marguerite Oyelaran', 2011, 'soul', 10],
  ['A Field Guide to Leaving', 'North of Perfect', 2007, 'indie rock', 11],
  ['Marmalade Conspiracy', 'The Velvet Abacus', 1967, 'psychedelia', 12],
  ['Every Door in the Old Hotel', 'Tomasz Wielgosz Trio', 1959, 'jazz', 7],
  ['Cartographers in Love', 'Ana Brightwater', 2015, 'singer-songwriter', 11],
  ['Small Engines, Big Sky', 'Dusty Renault', 1976, 'country', 10],
  ['The Clockmaker Takes a Holiday', 'Pendulum Street', 1982, 'synth-pop', 9],
  ['Postcards from the Ground Floor', 'Lift Out of Order', 1996, 'britpop', 13],
  ['Gentle Instructions for Thunder', 'Kirra Halvorsen', 2020, 'electronica', 8],
  ['Two Spoons and a Tambourine', 'The Brothers Quill', 1963, 'skiffle', 14],
  ['What the Lamp Post Saw', 'Rosalind Achterberg', 1989, 'art pop', 10],
  ['Tide Tables', 'Coastal Paradise Orchestra', 1974, 'library music', 16],
  ['Bread, Roses and a Spare Key', 'Union Canal', 1985, 'folk rock', 11],
  ['Static on the Kitchen Radio', 'Mono Lake', 2001, 'post-rock', 6],
  ['The Moon Is a Reasonable Distance', 'Apogee Club', 1979, 'disco', 8],
  ['Quiet Carriage', 'Hana Lindqvist', 2016, 'piano', 12],
  ['Hats of the Western Hemisphere', 'The Mild Bunch', 1999, 'ska', 12],
  ['Letters to a Lost Umbrella', 'The Tuesday People', 2006, 'indie pop', 11],
  ['Fox in the Allotment', 'Bramble & Sons', 1972, 'folk', 10],
  ['Terms and Conditions Apply', 'Fine Print', 2009, 'punk', 15],
  ['Blue Hour, Platform Four', 'Saltmarsh Brass', 1987, 'jazz', 7],
  ['An Inventory of Echoes', 'Ines Okonkwo-Vale', 2022, 'ambient', 7],
  ['Honey for the Night Shift', 'Marguerite Oyelaran', 2014, 'soul', 11],
  ['Unfinished Bridges', 'Santiago Ferreira-Holm', 1991, 'classical guitar', 13],
  ['The Wrong End of the Telescope', 'The Velvet Abacus', 1969, 'psychedelia', 9],
  ['Seven Ways to Fold a Map', 'Ana Brightwater', 2018, 'singer-songwriter', 10],
  ['Rain Delay', 'Extra Cover', 1993, 'lo-fi', 14],
  ['Parliament of Sparrows', 'Ailsa Drummond', 1981, 'traditional', 12],
  ['Warm Regards', 'Reply All', 2013, 'synth-pop', 10],
  ['Gravel Waltz', 'Dusty Renault', 1978, 'country', 11],
  ['Everything the Elevator Knows', 'Lift Out of Order', 2000, 'britpop', 12],
  ['Low Sun, Long Shadows', 'North of Perfect', 2010, 'indie rock', 10],
  ['Greenhouse at Full Volume', 'Kirra Halvorsen', 2023, 'electronica', 9],
  ['The Last Good Typewriter', 'Hollis & Fenn', 1973, 'folk', 10],
  ['Goodnight, Switchboard', 'Odile Marchetti', 2002, 'chanson', 12],
]

export const albums: readonly Album[] = rows.map(([title, artist, year, genre, tracks], index) => ({
  id: `album-${String(index + 1).padStart(2, '0')}`,
  title,
  artist,
  year,
  genre,
  tracks,
}))
