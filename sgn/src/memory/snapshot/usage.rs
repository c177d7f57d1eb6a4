//! Numbers of bytes and blocks, and their changes.

/// Bytes and blocks that were allocated, and those of them that are live.
///
/// Sizes are those that the program requested, without the allocator's rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Bytes that are allocated now.
    pub live_bytes: u64,
    /// Blocks that are allocated now.
    pub live_blocks: u64,
    /// Bytes ever allocated.
    pub total_bytes: u64,
    /// Blocks ever allocated.
    pub total_blocks: u64,
}

impl Usage {
    /// Returns the change since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Change {
        Change {
            live_bytes: self.live_bytes.cast_signed() - earlier.live_bytes.cast_signed(),
            live_blocks: self.live_blocks.cast_signed() - earlier.live_blocks.cast_signed(),
            total_bytes: self.total_bytes.saturating_sub(earlier.total_bytes),
            total_blocks: self.total_blocks.saturating_sub(earlier.total_blocks),
        }
    }
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.live_bytes += other.live_bytes;
        self.live_blocks += other.live_blocks;
        self.total_bytes += other.total_bytes;
        self.total_blocks += other.total_blocks;
    }
}

impl std::iter::Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::default(), |mut sum, usage| {
            sum += usage;
            sum
        })
    }
}

/// The difference of two [`Usage`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Growth of the live bytes.
    pub live_bytes: i64,
    /// Growth of the live blocks.
    pub live_blocks: i64,
    /// Bytes allocated in between.
    pub total_bytes: u64,
    /// Blocks allocated in between.
    pub total_blocks: u64,
}
