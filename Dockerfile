# One image definition for the three services:
#   docker build --build-arg SERVICE=order-svc -t microshop/order-svc .        (or inventory-svc, loyalty-svc)
# Node runs the TypeScript sources as they are, so there is nothing to build; the first stage only installs production dependencies.
FROM node:26-slim AS dependencies
ARG SERVICE
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# npm ci compares the lockfile with every workspace, so all manifests are needed.
COPY contracts/package.json contracts/
COPY chassis/package.json chassis/
COPY order-svc/package.json order-svc/
COPY inventory-svc/package.json inventory-svc/
COPY loyalty-svc/package.json loyalty-svc/
COPY client/package.json client/
COPY console/package.json console/
COPY local/package.json local/
COPY tools/package.json tools/
COPY sim/package.json sim/
COPY chaos/package.json chaos/
COPY tests/package.json tests/
# No optional packages: they are Node itself for the developers' machines.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --ignore-scripts --workspace "$SERVICE" --include-workspace-root=false

FROM node:26-slim
ARG SERVICE
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=dependencies /app /app
COPY contracts/src /app/contracts/src
COPY contracts/golden /app/contracts/golden
COPY chassis/src /app/chassis/src
COPY ${SERVICE}/src /app/${SERVICE}/src
# Everything belongs to root and the process to node: it can read its code and change nothing.
USER node
WORKDIR /app/${SERVICE}
CMD ["node", "src/main.ts"]
