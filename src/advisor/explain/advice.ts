/** Asking the advisor, and being held to what it advised. */
export const advice = {
  'advice-malformed': {
    title: 'The advisor’s question cannot be read',
    happened: 'The advisor was not sent a JSON object of answers and followups.',
    who: 'developer',
    mend: 'Send {"answers": {"acts_for": "user"}} as application/json; followups go beside answers in the same way.',
  },
  'parts-malformed': {
    title: 'The parts of the system cannot be read',
    happened:
      'The address holds the parts of a system, each with its answers, and one of them is not whole: it was cut short or changed on the way. Or there are more than eight in all.',
    who: 'user',
    mend: 'Ask whoever sent you the address for it again, or begin at the front page of this server.',
  },
  'question-unknown': {
    title: 'The advisor does not ask this question',
    happened: 'An answer came for a question that is none of the advisor’s.',
    who: 'developer',
    mend: 'Use the ids of the questions as the advisor gives them; spelling counts.',
  },
  'answer-unknown': {
    title: 'The question does not have this answer',
    happened: 'An answer came that its question does not offer.',
    who: 'developer',
    mend: 'Use one of the answers that come with the question, or "unsure".',
  },
  'outside-advice': {
    title: 'The request is outside what the advisor advised',
    happened:
      'The app was registered by the advisor for one flow, because of what was answered about it, and this request is another flow.',
    who: 'developer',
    mend: 'Change the code to the flow that was advised, or answer the advisor again if the app has changed, and register what it then says.',
  },
} as const
