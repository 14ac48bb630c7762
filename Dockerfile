# Two images from one build: `lma` is the command (migrations, worker), `n8n` is n8n with the LMA nodes installed.
ARG NODE_VERSION=24
ARG N8N_VERSION=2.40.7

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci && npm run build && npm pack --pack-destination /tmp && mv /tmp/n8n-nodes-lma-*.tgz /tmp/n8n-nodes-lma.tgz

# On Alpine, as n8n's own image, so that native parts fit both. n8n brings the peer dependency itself.
FROM node:${NODE_VERSION}-alpine AS package
COPY --from=build /tmp/n8n-nodes-lma.tgz /tmp/
RUN npm install --prefix /opt/lma --omit=dev --omit=peer --no-audit --no-fund /tmp/n8n-nodes-lma.tgz

FROM node:${NODE_VERSION}-alpine AS lma
COPY --from=package /opt/lma /opt/lma
USER node
WORKDIR /home/node
ENTRYPOINT ["/opt/lma/node_modules/.bin/lma"]
CMD ["--help"]

FROM n8nio/n8n:${N8N_VERSION} AS n8n
COPY --from=package --chown=node:node /opt/lma /home/node/.n8n/nodes
