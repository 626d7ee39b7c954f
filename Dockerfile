# A small image with both databases: SQLite in the volume, or Postgres by DATABASE_URL.
#
#   docker build -t faqbot .
#   docker run --rm -p 127.0.0.1:8080:8080 faqbot faqbot preview --in-container   # try it, without a token
#   docker run -d --name faqbot --env-file .env -v faqbot:/data --read-only --cap-drop ALL \
#     --restart unless-stopped --stop-timeout 15 faqbot
#   docker exec faqbot faqbot misses                                              # or status, backup, check, …
#
# Leave DATABASE_URL out of `.env` to keep the database in the volume; a copy goes there as well: `faqbot backup
# /data/copy.db`. The folder faq is part of the image, where nothing can be added to it: with a folder of your own, add
# `-v ./faq:/app/faq`. What owners add from Telegram is written there, so the user 65534 must be allowed to:
# `chown -R 65534 faq`. A folder from the host in place of the volume needs the same.
#
# Both bases are pinned by digest, so that every build starts from the same images; newer ones are entered by hand. For a
# base of your own: docker build --build-arg RUST=… --build-arg DEBIAN=… . (the first needs cargo and gcc). With Podman add
# `--format docker`, or the health check is left out.
ARG RUST=rust:1.98.1-slim-trixie@sha256:4cd829461bd5c4d511c32e269da9cb8929223b666519d8004e35fc8d1d771ab7
ARG DEBIAN=debian:trixie-20260918-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a
FROM ${RUST} AS build
WORKDIR /build
ARG TARGETPLATFORM
COPY . .
# Downloads and compiled crates are kept between builds, so that a change compiles what it has changed. Each platform
# keeps its own: cargo's lock lies outside of these folders, and platforms are built side by side.
RUN --mount=type=cache,target=/usr/local/cargo/registry,id=faqbot-registry-$TARGETPLATFORM \
    --mount=type=cache,target=/build/target,id=faqbot-target-$TARGETPLATFORM \
    cargo build --profile dist --locked && cp target/dist/faqbot /faqbot

# Nothing is added to the base but the bot: the certificates and time zones that it needs are in the binary.
FROM ${DEBIAN}
COPY --from=build /faqbot /usr/local/bin/faqbot
WORKDIR /app
# The bot writes to both: the database, and phrasings that owners add. A new volume takes over whose its folder is.
COPY --chown=65534:65534 faq /app/faq
RUN install -d -o 65534 -g 65534 -m 700 /data && chown 65534:65534 /app/faq
# Health is served to this container alone, and asked for below.
ENV DATABASE_URL=sqlite:///data/faqbot.db METRICS_LISTEN=127.0.0.1:9090
VOLUME /data
USER 65534:65534
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["faqbot", "status"]
CMD ["faqbot", "run"]
