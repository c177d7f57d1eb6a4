//! Reads the tables of a printed memory report.

/// One table: its rows and the row of totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The owners, in the order printed.
    pub rows: Vec<Row>,
    /// The last row.
    pub total: Row,
}

/// The whole numbers of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The full pad name, or one such as `(runtime)`.
    pub owner: String,
    /// Bytes that live.
    pub live: u64,
    /// Bytes ever allocated.
    pub ever: u64,
}

impl Table {
    /// The row of `owner`.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn row(&self, owner: &str) -> &Row {
        let found = self.rows.iter().find(|row| row.owner == owner);
        found.unwrap_or_else(|| panic!("no row `{owner}` in {:#?}", self.rows))
    }

    /// Whether the rows add up to the totals, to the byte.
    pub fn adds_up(&self) -> bool {
        let sum = |number: fn(&Row) -> u64| self.rows.iter().map(number).sum::<u64>();
        sum(|row| row.live) == self.total.live && sum(|row| row.ever) == self.total.ever
    }
}

/// All tables in what a program printed, the first report first.
///
/// # Panics
///
/// If a table is not one, or has no row of totals.
pub fn tables(text: &str) -> Vec<Table> {
    let mut lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("[MEMPROF] | "));
    let mut tables = Vec::new();
    while lines.any(|line| line.starts_with("bytes of ")) {
        let mut table = Table::default();
        loop {
            let row = row(lines.next().expect("a table ends with its totals"));
            if row.owner == "total" {
                table.total = row;
                break;
            }
            table.rows.push(row);
        }
        tables.push(table);
    }
    tables
}

fn row(line: &str) -> Row {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |word: Option<&&str>| {
        word.and_then(|word| word.parse().ok())
            .unwrap_or_else(|| panic!("no row of a table: {line:?}"))
    };
    Row {
        owner: words.first().copied().unwrap_or_default().to_owned(),
        live: number(words.get(1)),
        ever: number(words.last()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
[MEMPROF] | Total allocated size: 0.1 KiB
[MEMPROF] | bytes of        live   peak per stride blocks  total
[MEMPROF] | src:src:H1        80     90       12.5    1.5    100
[MEMPROF] | (others)          10               2      1     20
[MEMPROF] | (runtime)          5    \u{2264}17          0      0      5
[MEMPROF] | total             95              14.5    2.5    125
[MEMPROF] | coverage 100.0 %
";

    #[test]
    fn a_table_is_read_and_summed() {
        let [table] = &tables(REPORT)[..] else {
            panic!("one table");
        };
        assert_eq!(table.rows.len(), 3);
        assert_eq!(
            (table.row("(others)").live, table.row("(others)").ever),
            (10, 20)
        );
        assert!(table.adds_up());
    }

    #[test]
    fn one_byte_amiss_is_noticed() {
        for (right, wrong) in [("   100\n", "   101\n"), ("  80  ", "  79  ")] {
            let table = tables(&REPORT.replacen(right, wrong, 1)).remove(0);
            assert!(!table.adds_up(), "{wrong:?}");
        }
    }
}
