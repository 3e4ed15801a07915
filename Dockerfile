# The command and the emulator in an image of Debian slim.
#   docker build -t personalize .
#   docker run --rm -e PERSONALIZE_REGION -e PERSONALIZE_CLIENT_ID -e PERSONALIZE_CLIENT_SECRET personalize list
# Its steps are those of the Makefile; `make check-image` does them without a container engine.
FROM debian:trixie-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make ca-certificates
WORKDIR /srv/project
COPY . .
RUN packaging/dependencies.sh build command
RUN make lua5.4 VARIANTS=lua5.4
RUN make install VARIANTS=lua5.4 DESTDIR=/srv/root PREFIX=/usr/local

FROM debian:trixie-slim
RUN apt-get update && \
    apt-get install -y --no-install-recommends lua5.4 lua-argparse ca-certificates \
        libcurl4t64 libmicrohttpd12t64 libsqlite3-0 && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /srv/root/ /
RUN personalize --version
USER nobody
ENTRYPOINT ["personalize"]
CMD ["--help"]
