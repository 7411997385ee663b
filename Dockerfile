# sanctions-stream as a container: `docker build -t sanctions-stream .` (BuildKit, the default since Docker 23).
#
# The first build compiles OpenSSL and librdkafka and takes some ten minutes on two cores; the cache mounts keep that
# for the next one.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# What goes in is what Cargo.lock says. Function names stay for backtraces; line tables would be four fifths of the file.
# Cargo goes by the time of files, and sources can be older than the last build and differ all the same: hence `touch`.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,id=sanctions-stream-target,target=/src/target,sharing=locked \
    touch build.rs src/lib.rs src/main.rs \
    && cargo build --release --locked --bin sanctions-stream \
    && strip --strip-debug -o /sanctions-stream target/release/sanctions-stream

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="sanctions-stream" \
      org.opencontainers.image.licenses="MIT"
# Roots for TLS to the brokers. The binary needs nothing else but libc: TLS and compression are in it.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /sanctions-stream /usr/local/bin/
COPY LICENSE NOTICE.md /usr/share/doc/sanctions-stream/
# Probes come from outside the container. Ports are published by whoever runs it.
ENV SANCTIONS_STREAM_HTTP=0.0.0.0:8080
EXPOSE 8080
# A number, so that Kubernetes can see that it is not root. Nothing is written but a lock file in /tmp.
USER 65532:65532
# Asks /ready of a running service. Kubernetes does not look at this: give it probes (README, "Deploy").
HEALTHCHECK --interval=5s --timeout=3s --start-period=5m CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${SANCTIONS_STREAM_HTTP##*:} && printf 'GET /ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ code _ <&3 && [ \"$code\" = 200 ]"]
ENTRYPOINT ["sanctions-stream"]
CMD ["run"]
