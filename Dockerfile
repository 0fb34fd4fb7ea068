# syntax=docker/dockerfile:1
# One image for api, worker and sandbox: `pm-agent <role>` is the command.

FROM node:22-slim AS build
WORKDIR /app
# better-sqlite3 is compiled where no prebuilt binary fits the platform.
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:22-slim
# The Temporal SDK's native code checks certificates against the system's own authorities.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
    DATA_DIR=/data \
    LOG_FORMAT=json
WORKDIR /app
COPY package.json ./
COPY bin ./bin
COPY scripts ./scripts
COPY eval ./eval
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data && ln -s /app/bin/pm-agent.mjs /usr/local/bin/pm-agent
USER node
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/bin/pm-agent.mjs"]
CMD ["api"]
