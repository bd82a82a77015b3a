# One file for the images of all services:
#   docker build --build-arg SERVICE=gateway -t qiongtong/gateway .          (BuildKit; `npm run images` builds them all)
# Behind a registry of one's own, npm's settings come as a secret that no layer keeps: --secret id=npmrc,src=$HOME/.npmrc
# For a release, pin the base by its digest: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim

# The manifests alone: packages are fetched again only when these change.
FROM ${NODE_IMAGE} AS sources
WORKDIR /src
COPY . .
RUN node tools/image/manifests.mjs /manifests

FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY --from=sources /manifests/ ./

FROM manifests AS build
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
ARG SERVICE
RUN NX_DAEMON=false NX_TUI=false npx nx run-many -t build --outputStyle=static -p "contracts,platform,regulation,$SERVICE"

# What the one service needs at run time.
FROM manifests AS dependencies
ARG SERVICE
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    test -n "$SERVICE" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error -w "apps/$SERVICE"
COPY tools/image/reachable.mjs tools/image/
RUN node tools/image/reachable.mjs "$SERVICE"
# Its bill of materials (CycloneDX), from what was really installed.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npx -y @cyclonedx/cyclonedx-npm@6.0.1 --omit dev --output-reproducible --output-format JSON \
    --ignore-npm-errors -w "apps/$SERVICE" --output-file /sbom.cdx.json

FROM build AS assembled
ARG SOURCE_DATE_EPOCH=0
COPY --from=dependencies /src /dependencies
COPY --from=dependencies /sbom.cdx.json /out/app/
RUN node tools/image/assemble.mjs "$SERVICE" /dependencies /out/app && mkdir /nothing

FROM ${NODE_IMAGE}
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Qiongtong ${SERVICE}" \
      org.opencontainers.image.description="Qiongtong (琼通): the departments of a province share information resources, lawfully" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
COPY --from=assembled /out/ /
# What a service keeps itself goes here, by a volume; everything else is read only.
COPY --from=assembled --chown=1000:1000 /nothing/ /data/
WORKDIR /app
USER 1000:1000
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 METRICS_PORT=9090 TZ=UTC
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 CMD ["node", "/app/health.mjs"]
ENTRYPOINT ["node", "--enable-source-maps", "--disable-warning=TimeoutNegativeWarning"]
CMD ["/app/main.js"]
