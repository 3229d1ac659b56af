# hooks-sync in a container:
#   docker build -t hooks-sync .
#   docker run --rm -v "$PWD:/srv/hooks" -e HOOKS_SYNC_AGE_KEY hooks-sync plan
# The tag of the base moves. Pin the digest that you have looked at: FROM node:24-slim@sha256:…
FROM node:24-slim

ARG VERSION=0.1.0
# Packages that some stores and ledgers need: --build-arg PACKAGES=@aws-sdk/client-s3
ARG PACKAGES=
RUN npm install --global --ignore-scripts --no-audit --no-fund "hooks-sync@$VERSION" $PACKAGES \
 && npm cache clean --force

# The user "node", by number: Kubernetes cannot tell of a name that it is not root. Nothing here needs to write but the
# mounted directory, and that only where the ledger lies in it.
USER 1000
WORKDIR /srv/hooks
ENTRYPOINT ["hooks-sync"]
CMD ["help"]
