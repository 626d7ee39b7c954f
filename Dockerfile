# Builds a small image: docker build -t faqbot . && docker run --env-file .env -v faqbot:/data faqbot
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN cargo build --profile dist --locked

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/target/dist/faqbot /usr/local/bin/faqbot
COPY faq /app/faq
WORKDIR /app
ENV DATABASE_URL=sqlite:///data/faqbot.db
VOLUME /data
USER 65534:65534
CMD ["faqbot", "run"]
