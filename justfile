# The steps of CI by name. `.ci/run` has the commands, so that they are written once.

# lists the recipes
default:
    @just --list

# everything that has to hold on every commit
ci:
    .ci/run

# the sources are formatted
fmt:
    .ci/run fmt

# no warnings from clippy
clippy:
    .ci/run clippy

# no warnings from the documentation, private items included
doc:
    .ci/run doc

# the library compiles for every target of README
targets:
    .ci/run targets

# the oldest compiler that the manifest admits
minimum:
    .ci/run minimum

# the library without features, with each, and with all
features:
    .ci/run features

# the oldest dependencies that the manifests admit
minimal-versions:
    .ci/run minimal-versions

# licences, sources and versions of what is built
deny:
    .ci/run deny

# all tests
test:
    .ci/run test

# the protocols between threads, explored by loom
model:
    .ci/run model

# all examples run
examples:
    .ci/run examples

# what is exported, read by the programs that it is for
viewers:
    .ci/run viewers

# the picture in README shows the lines of today's report; `SGN_BLESS=1` draws it anew
pictures:
    .ci/run pictures

# the stress of the allocator at every optimisation level
torture:
    .ci/run torture

# the library's tests under Miri
miri:
    .ci/run miri

# the allocator's tests under AddressSanitizer
sanitize:
    .ci/run sanitize

# the stress of the allocator under valgrind
memcheck:
    .ci/run memcheck

# figures, a line each: `name value unit`
bench:
    .ci/run bench

# what counting costs, beside other profilers
bench-memory:
    .ci/run bench-memory

# rewrites the expected compile errors and the list of public items; read the difference
bless:
    TRYBUILD=overwrite cargo test -p sgn-tests --test ui -- --skip measure::
    cargo test -p sgn-tests --test ui measure::
    SGN_BLESS=1 cargo test -p sgn-tests --test tidy public
