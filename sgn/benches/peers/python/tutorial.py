"""The pipeline of SGN's tutorial on memory profiling, of as many strides as the argument says.

After https://git.ligo.org/greg/sgn, docs/user/profile-memory.md of version 0.12.3. The report is
asked for as there: SGNLOGLEVEL=pipeline:MEMPROF.
"""

import sys

from sgn.apps import Pipeline
from sgn.base import Frame, SinkElement, SourceElement

STRIDES = int(sys.argv[1])


class Counter(SourceElement):
    """Emits `Frame 1`, `Frame 2`, ..."""

    def __init__(self, **options):
        super().__init__(**options)
        self.count = 0

    def new(self, pad):
        self.count += 1
        return Frame(data=f"Frame {self.count}", EOS=self.count == STRIDES)


class Print(SinkElement):
    """Prints what it is given."""

    def pull(self, pad, frame):
        print(f"Received: {frame.data}")
        if frame.EOS:
            self.mark_eos(pad)


source = Counter(source_pad_names=("out",))
sink = Print(sink_pad_names=("in",))
pipeline = Pipeline()
pipeline.insert(source, sink, link_map={sink.snks["in"]: source.srcs["out"]})
pipeline.run()
