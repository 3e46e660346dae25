# One image for each of the services and the console:
#   docker build --build-arg SERVICE=order-svc -t microshop/order-svc .        (or inventory-svc, loyalty-svc, console)
# Node runs the TypeScript sources as they are; only the console's pages are built. What is taken from the checkout says .dockerignore.
FROM node:26.10.0-bookworm-slim AS node

FROM node AS checkout
WORKDIR /app
COPY . .
# npm ci compares the lockfile with the manifest of every workspace. Apart from the sources they keep what was installed when only sources change.
RUN mkdir /manifests && cp --parents .npmrc package.json package-lock.json */package.json /manifests

# What the process needs in production. No optional packages: they are Node itself, and bundlers, for the developers' machines.
FROM node AS dependencies
ARG SERVICE
WORKDIR /image/app
COPY --from=checkout /manifests .
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --ignore-scripts --workspace "$SERVICE" --include-workspace-root=false
# The manifests come again with the sources. Types, source maps and guides are for people. One time for all: the same inputs give the same layer.
RUN rm .npmrc package*.json */package.json node_modules/.package-lock.json \
 && find . -path '*/node_modules/*' -type f \( -name '*.map' -o -name '*.d.[cm]ts' -o -name '*.d.ts' -o -name '*.md' \) ! -iname 'licen[cs]e*' -delete \
 && find . -mindepth 1 -type d -empty -delete \
 && find /image -exec touch --no-dereference --date=@0 {} +

# The workspaces that npm has linked for the service, and for the console its pages. With optional packages: Vite's bundler is one for each platform.
FROM node AS sources
ARG SERVICE
WORKDIR /app
COPY --from=checkout /manifests .
RUN --mount=type=cache,target=/root/.npm \
    [ "$SERVICE" != console ] || npm ci --omit=dev --ignore-scripts --workspace console --include-workspace-root=false
COPY --from=checkout /app .
RUN [ "$SERVICE" != console ] || npm run console:build
COPY --from=dependencies /image/app/node_modules/@microshop /linked
RUN mkdir -p /image/app && cp --recursive --parents $(ls /linked) /image/app \
 && rm -rf /image/app/*/node_modules /image/app/console/web \
 && chmod -R u=rwX,go=rX /image \
 && find /image -exec touch --no-dereference --date=@0 {} +

FROM node
ARG SERVICE
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=dependencies /image /
COPY --from=sources /image /
# Everything belongs to root and the process to node: it can read its code and change nothing.
USER node
WORKDIR /app/${SERVICE}
# The flags and their reasons: local/src/node-flags.ts.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=100", "src/main.ts"]
