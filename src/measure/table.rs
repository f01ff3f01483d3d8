//! Counting of rows while bytes flow through an upload: no second read, no memory.

/// Counts the rows of a table in text form, whatever its separator: line ends outside of quotes, empty lines not.
#[derive(Debug, Clone, Default)]
pub struct Counting {
    lines: i64,
    quoted: bool,
    filled: bool,
}

impl Counting {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'"' => {
                    self.quoted = !self.quoted;
                    self.filled = true;
                }
                b'\n' if !self.quoted => {
                    self.lines += i64::from(self.filled);
                    self.filled = false;
                }
                b'\r' => {}
                _ => self.filled = true,
            }
        }
    }
    /// Gives the count of rows without the head.
    #[must_use]
    pub fn rows(&self) -> i64 {
        (self.lines + i64::from(self.filled) - 1).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_however_the_bytes_are_cut() {
        let text = b"a,b\r\n1,\"x\ny\"\r\n\r\n2,\"\"\"\"\n3,4";
        for size in 1..text.len() {
            let mut counting = Counting::default();
            text.chunks(size).for_each(|c| counting.push(c));
            assert_eq!(counting.rows(), 3, "{size}");
        }
        assert_eq!(Counting::default().rows(), 0);
    }
}
