//! Two texts side by side, by their lines. Pure; the page and the API show the same rows.

/// Lines on both sides together above which no common lines are looked for: the whole text then counts as changed.
const MOST_PAIRS: usize = 1_000_000;

/// One row of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// So many lines are the same.
    Same(usize),
    /// A line became another one.
    Changed(String, String),
    /// A line is new.
    Added(String),
    /// A line is gone.
    Removed(String),
}

/// The length of the longest common run of lines that are left from each place.
fn common(before: &[&str], after: &[&str]) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0_usize; after.len() + 1]; before.len() + 1];
    for (i, old) in before.iter().enumerate().rev() {
        for (j, new) in after.iter().enumerate().rev() {
            let cell = |i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or_default();
            let best = if old == new { cell(i + 1, j + 1) + 1 } else { cell(i + 1, j).max(cell(i, j + 1)) };
            if let Some(place) = table.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = best;
            }
        }
    }
    table
}

/// Pairs what is gone with what is new between two common lines.
fn flush(gone: &mut Vec<&str>, new: &mut Vec<&str>, rows: &mut Vec<Row>) {
    let pairs = gone.len().min(new.len());
    for (old, fresh) in gone.iter().zip(new.iter()) {
        rows.push(Row::Changed((*old).to_owned(), (*fresh).to_owned()));
    }
    rows.extend(gone.iter().skip(pairs).map(|l| Row::Removed((*l).to_owned())));
    rows.extend(new.iter().skip(pairs).map(|l| Row::Added((*l).to_owned())));
    gone.clear();
    new.clear();
}

/// Compares two texts line by line; empty lines do not count.
#[must_use]
pub fn rows(before: &str, after: &str) -> Vec<Row> {
    let lines = |text: &'_ str| -> Vec<String> {
        text.lines().map(|l| l.trim_end().to_owned()).filter(|l| !l.is_empty()).collect()
    };
    let (before, after) = (lines(before), lines(after));
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.iter().map(String::as_str).collect(), after.iter().map(String::as_str).collect());
    let mut rows = Vec::new();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    if before.len().saturating_mul(after.len()) > MOST_PAIRS {
        (gone, new) = (before, after);
        flush(&mut gone, &mut new, &mut rows);
        return rows;
    }
    let table = common(&before, &after);
    let left = |i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or_default();
    let (mut i, mut j, mut same) = (0, 0, 0);
    loop {
        match (before.get(i), after.get(j)) {
            (Some(old), Some(fresh)) if old == fresh => {
                flush(&mut gone, &mut new, &mut rows);
                same += 1;
                (i, j) = (i + 1, j + 1);
                continue;
            }
            (None, None) => break,
            (Some(old), fresh) if fresh.is_none() || left(i + 1, j) >= left(i, j + 1) => {
                gone.push(*old);
                i += 1;
            }
            (_, Some(fresh)) => {
                new.push(*fresh);
                j += 1;
            }
            (Some(_), None) => break,
        }
        if same > 0 {
            rows.push(Row::Same(same));
            same = 0;
        }
    }
    flush(&mut gone, &mut new, &mut rows);
    if same > 0 {
        rows.push(Row::Same(same));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(a: &str, b: &str) -> Row {
        Row::Changed(a.to_owned(), b.to_owned())
    }

    #[test]
    fn lines_are_paired() {
        assert_eq!(rows("a\nb\nc", "a\nB\nc"), [Row::Same(1), changed("b", "B"), Row::Same(1)]);
        assert_eq!(rows("a\nc", "a\nb\nc"), [Row::Same(1), Row::Added("b".to_owned()), Row::Same(1)]);
        assert_eq!(rows("a\nb", "a"), [Row::Same(1), Row::Removed("b".to_owned())]);
        assert_eq!(rows("", "x\n\ny"), [Row::Added("x".to_owned()), Row::Added("y".to_owned())]);
        assert_eq!(rows("x", "x"), [Row::Same(1)]);
        assert_eq!(rows("", ""), []);
    }

    #[test]
    fn long_texts_end_soon() {
        let long = |stem: &str| (0..2000).map(|i| format!("{stem}{i}\n")).collect::<String>();
        assert_eq!(rows(&long("a"), &long("b")).len(), 2000);
    }
}
