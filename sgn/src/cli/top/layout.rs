//! Divides the screen: which parts are shown, and how large.

/// The heights of the parts; a part of no lines is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) title: u16,
    pub(super) totals: u16,
    pub(super) findings: u16,
    pub(super) head: u16,
    pub(super) body: u16,
    pub(super) detail: u16,
    pub(super) foot: u16,
}

impl Layout {
    /// Divides `height` lines, of which the findings want some. What is needed least is left out first.
    pub(super) fn of(height: u16, findings: u16) -> Self {
        let mut left = height;
        let mut take = |wanted: u16, from: u16| match height >= from {
            true => {
                let taken = wanted.min(left);
                left -= taken;
                taken
            }
            false => 0,
        };
        let mut layout = Self {
            body: take(1, 0),
            title: take(1, 2),
            foot: take(1, 3),
            head: take(1, 4),
            totals: take(1, 6),
            findings: take(findings.min(height / 5), 8),
            detail: take(1, 10),
        };
        layout.body += left;
        layout
    }
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Live,
    Peak,
    Held,
    Bytes,
    Blocks,
}

impl Column {
    pub(super) const ALL: [Self; 5] = [
        Self::Live,
        Self::Peak,
        Self::Held,
        Self::Bytes,
        Self::Blocks,
    ];

    pub(super) const fn width(self) -> u16 {
        match self {
            Self::Peak => 10,
            Self::Live | Self::Held | Self::Bytes => 9,
            Self::Blocks => 8,
        }
    }
}

/// The widths of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) name: u16,
    pub(super) numbers: Vec<Column>,
    pub(super) gap: u16,
    /// The columns of the curve, or of the statement of a line; 0 if there is none.
    pub(super) curve: u16,
}

impl Columns {
    /// The columns for the marks of a row.
    pub(super) const MARKS: u16 = 2;
    /// The most columns of a curve.
    pub(super) const CURVE: u16 = 60;

    /// Divides `width` columns, where the longest name has `longest`.
    pub(super) fn of(width: u16, longest: u16) -> Self {
        let gap = if width < 100 { 1 } else { 2 };
        let mut numbers = Column::ALL.to_vec();
        // What is left out first, if there is no room.
        for column in [
            Column::Blocks,
            Column::Held,
            Column::Peak,
            Column::Bytes,
            Column::Live,
        ] {
            if Self::room(width, gap, &numbers) >= 12 {
                break;
            }
            numbers.retain(|kept| *kept != column);
        }
        let room = Self::room(width, gap, &numbers);
        // A curve has at least nine columns, and a name what it needs, as far as there is room.
        let most = match room >= 18 + gap + 9 {
            true => room - gap - 9,
            false => room,
        };
        let name = longest.clamp(18, 48).min(most);
        let rest = (room - name).saturating_sub(gap);
        Self {
            name,
            numbers,
            gap,
            curve: if rest >= 9 { rest } else { 0 },
        }
    }

    fn room(width: u16, gap: u16, numbers: &[Column]) -> u16 {
        let taken: u16 = numbers.iter().map(|column| column.width() + gap).sum();
        width.saturating_sub(Self::MARKS + taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heights_add_up() {
        for height in 0..60 {
            for findings in 0..9 {
                let layout = Layout::of(height, findings);
                let Layout {
                    title,
                    totals,
                    findings,
                    head,
                    body,
                    detail,
                    foot,
                } = layout;
                let sum = title + totals + findings + head + body + detail + foot;
                assert_eq!(sum, height, "{layout:?}");
                assert!(body > 0 || height == 0, "{layout:?}");
            }
        }
    }

    #[test]
    fn the_widths_fit() {
        for width in 0..300 {
            for longest in [0, 10, 30, 200] {
                let columns = Columns::of(width, longest);
                let numbers: u16 = columns
                    .numbers
                    .iter()
                    .map(|column| column.width() + columns.gap)
                    .sum();
                let curve = columns.curve + if columns.curve > 0 { columns.gap } else { 0 };
                let sum = Columns::MARKS + columns.name + numbers + curve;
                assert!(sum <= width.max(Columns::MARKS), "{width} {columns:?}");
            }
        }
        let usual = Columns::of(80, 30);
        assert_eq!((usual.numbers.len(), usual.name, usual.curve), (5, 18, 9));
        assert_eq!(Columns::of(10, 30).numbers, []);
    }
}
