# Grantwise as an image: `docker build --tag grantwise .`, then docs/production.md.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY tools/node tools/node
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Grantwise" \
      org.opencontainers.image.description="A self-hosted OAuth 2.0 and OpenID Connect authorization server" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"

# What the program is made of belongs to root; its user owns the data and nothing else.
RUN groupadd --gid 10001 grantwise \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/grantwise --no-create-home --shell /usr/sbin/nologin grantwise \
 && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/grantwise /var/backups/grantwise \
 && ln -s /opt/grantwise/dist/main.js /usr/local/bin/grantwise
WORKDIR /opt/grantwise
# The build holds its dependencies already, so nothing is installed here.
COPY --from=build /build/dist/main.js dist/main.js
COPY --from=build /build/dist/program dist/program
COPY --from=build /build/dist/THIRD-PARTY-LICENSES.txt /build/package.json /build/LICENSE ./
COPY packaging/docker/healthy.mjs ./

ENV NODE_ENV=production \
    GRANTWISE_HOST=0.0.0.0 \
    GRANTWISE_DATA_DIR=/var/lib/grantwise
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
VOLUME /var/lib/grantwise
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "/opt/grantwise/healthy.mjs"]
ENTRYPOINT ["grantwise"]
CMD ["start"]
