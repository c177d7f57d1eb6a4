//! Wide characters shift no column of the memory report, which keeps to 80 columns with its prefix.

use sgn::memory::{self, Mark, Snapshot};
use sgn::report::{self, Moment, TextReport};
use unicode_width::UnicodeWidthStr as _;

sgn::counting_allocator!();

/// The prefix of a line of the report in the log.
const PREFIX: &str = "[MEMPROF] ";

const NAMES: [&str; 6] = [
    "plain:src:out",
    "波形生成器:src:出力",
    "🎉🎉👍🏽:src:out",
    "重力波観測所の長い名前の要素:src:出力",
    "e\u{301}te\u{301}:src:out",
    "❤\u{fe0f}❤\u{fe0f}:src:out",
];

static MARK: Mark = Mark::new(
    "src/日本語の長いフォルダ/そのまた下のフォルダ/主.rs",
    7,
    "let 窓 = 重力波(\"🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉\");",
);

#[test]
fn wide_characters_shift_no_column_and_only_paths_go_beyond_80_columns() {
    memory::enable();
    let mut kept = Vec::new();
    for name in NAMES {
        let owner = memory::register(name);
        kept.push(memory::scope(owner, || {
            memory::mark(&MARK);
            vec![0_u8; 5000]
        }));
    }
    let mut lines = Vec::new();
    let mut line = |line: &str| lines.push(format!("{PREFIX}{line}"));
    let mut report = TextReport::new();
    let start = Snapshot::take_labelled("起動の前の長い名前の時点");
    report.write(Moment::now(1), &mut line);
    kept.pop();
    report.write(Moment::now(1), &mut line);
    let later = Snapshot::take_labelled("起動の後の長い名前の時点");
    report::diff(&later.diff(&start), 5, &mut line);

    // A path is never cut, so that it can be clicked and searched.
    for line in lines.iter().filter(|line| !line.contains(MARK.file())) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
    let is_row = |line: &&String| line.contains(":src:") && !line.contains(['#', 'K']);
    let rows: Vec<&String> = lines.iter().filter(is_row).collect();
    assert_eq!(rows.len(), 2 * NAMES.len(), "{lines:#?}");
    let headings = lines.iter().filter(|line| line.contains("bytes of"));
    let widths: Vec<usize> = headings.map(|line| line.width()).collect();
    assert_eq!(widths, [80, 80]);
    for row in rows {
        assert_eq!(row.width(), 80, "{row}");
    }
    let statements = lines.iter().filter(|line| line.contains("let 窓 = "));
    assert!(statements.count() >= NAMES.len(), "{lines:#?}");
}
