//! Writes a CSV file row by row in one of the manners that real ones come in (RFC 4180 and its cousins).

use std::fmt::Write as _;
use std::io::{self, Write};

/// How a file is written: separator, decimal mark, line end, byte-order mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    separator: char,
    decimal_comma: bool,
    line_end: &'static str,
    mark: bool,
}

/// Comma, point, LF, no mark.
pub(super) const PLAIN: Manner = Manner { separator: ',', decimal_comma: false, line_end: "\n", mark: false };
/// Comma, point, CRLF and a byte-order mark, as spreadsheets in China save it.
pub(super) const MARKED: Manner = Manner { separator: ',', decimal_comma: false, line_end: "\r\n", mark: true };
/// Semicolon, decimal comma, CRLF and a byte-order mark, as spreadsheets in Germany save it.
pub(super) const CONTINENTAL: Manner = Manner { separator: ';', decimal_comma: true, line_end: "\r\n", mark: true };

/// A file being written; holds one line at a time.
pub(super) struct Sheet<'a> {
    out: &'a mut dyn Write,
    manner: Manner,
    line: String,
    first: bool,
    rows: u32,
}

impl<'a> Sheet<'a> {
    /// Starts a file with its header.
    pub(super) fn start(out: &'a mut dyn Write, manner: Manner, header: &[&str]) -> io::Result<Self> {
        let mut sheet = Self { out, manner, line: String::with_capacity(256), first: true, rows: 0 };
        if manner.mark {
            sheet.line.push('\u{feff}');
        }
        for name in header {
            sheet.text(name);
        }
        sheet.end()?;
        sheet.rows = 0;
        Ok(sheet)
    }

    fn gap(&mut self) {
        if self.first {
            self.first = false;
        } else {
            self.line.push(self.manner.separator);
        }
    }

    /// Adds a text cell, quoted where it must be.
    pub(super) fn text(&mut self, cell: &str) -> &mut Self {
        self.gap();
        if cell.contains(['"', '\n', '\r', self.manner.separator]) {
            self.line.push('"');
            self.line.push_str(&cell.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(cell);
        }
        self
    }

    /// Adds a whole number.
    pub(super) fn whole(&mut self, cell: u32) -> &mut Self {
        self.gap();
        // Writing to a String cannot fail.
        let _ = write!(self.line, "{cell}");
        self
    }

    /// Adds a number with so many decimals; a negative zero is written as zero.
    pub(super) fn number(&mut self, cell: f64, decimals: usize) -> &mut Self {
        self.gap();
        let from = self.line.len();
        // Writing to a String cannot fail.
        let _ = write!(self.line, "{cell:.decimals$}");
        let added = self.line.get(from..).unwrap_or_default();
        if added.starts_with('-') && added.chars().all(|c| matches!(c, '-' | '0' | '.')) {
            self.line.remove(from);
        }
        if self.manner.decimal_comma {
            let tail = self.line.split_off(from).replace('.', ",");
            self.line.push_str(&tail);
        }
        self
    }

    /// Adds a number, or an empty cell where there is none.
    pub(super) fn maybe(&mut self, cell: Option<f64>, decimals: usize) -> &mut Self {
        match cell {
            Some(cell) => self.number(cell, decimals),
            None => self.text(""),
        }
    }

    /// Ends the row and writes it.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.line.push_str(self.manner.line_end);
        self.out.write_all(self.line.as_bytes())?;
        self.line.clear();
        self.first = true;
        self.rows += 1;
        Ok(())
    }

    /// Says how many rows stand below the header.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_continental_manner() -> io::Result<()> {
        let mut out = Vec::new();
        let mut sheet = Sheet::start(&mut out, CONTINENTAL, &["Maß [mm]", "Text"])?;
        sheet.number(-0.001, 2).text("a;\"b\"").end()?;
        sheet.maybe(Some(1.25), 2).maybe(None, 2).end()?;
        assert_eq!(sheet.rows(), 2);
        let text = String::from_utf8_lossy(&out);
        assert_eq!(text, "\u{feff}Maß [mm];Text\r\n0,00;\"a;\"\"b\"\"\"\r\n1,25;\r\n");
        Ok(())
    }
}
