# Builds a small image: docker build -t faqbot . && docker run --env-file .env -v faqbot:/data faqbot
#
# The database is kept in the volume; leave DATABASE_URL out of `.env`. The folder faq is part of the image: with a
# folder of your own, add `-v ./faq:/app/faq`. What owners add from Telegram is written there, so the user 65534 must
# be allowed to: `chown -R 65534 faq`. A folder from the host in place of the volume needs the same.
# Commands: docker exec CONTAINER faqbot misses
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN cargo build --profile dist --locked

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/target/dist/faqbot /usr/local/bin/faqbot
WORKDIR /app
# The bot writes to both: the database, and phrasings that owners add. A new volume takes over whose its folder is.
COPY --chown=65534:65534 faq /app/faq
RUN install -d -o 65534 -g 65534 /data && chown 65534:65534 /app/faq
ENV DATABASE_URL=sqlite:///data/faqbot.db
VOLUME /data
USER 65534:65534
CMD ["faqbot", "run"]
