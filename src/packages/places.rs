//! On which line a value of a JSON text stands.

/// Finds the line of the value at a JSON pointer, from 1; the line of the nearest value around it when there is none.
/// The text must be well-formed JSON.
pub(super) fn line_of(text: &str, pointer: &str) -> usize {
    let wanted: Vec<String> =
        pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    scan.descend(&wanted);
    let upto = text.as_bytes().get(..scan.at.min(text.len())).unwrap_or_default();
    1 + upto.iter().filter(|b| **b == b'\n').count()
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }
    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r' | b',' | b':') {
            self.at += 1;
        }
    }
    /// Reads a string and gives it without its escapes resolved, except for the plain ones.
    fn string(&mut self) -> String {
        let from = self.at;
        self.at += 1;
        while !matches!(self.peek(), b'"' | 0) {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let raw = self.bytes.get(from..self.at.min(self.bytes.len())).unwrap_or_default();
        serde_json::from_slice(raw).unwrap_or_default()
    }
    /// Goes over a whole value.
    fn skip(&mut self) {
        self.space();
        match self.peek() {
            b'"' => drop(self.string()),
            b'{' | b'[' => {
                let mut depth = 0_usize;
                loop {
                    match self.peek() {
                        b'"' => {
                            self.string();
                            continue;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        0 => return,
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        return;
                    }
                }
            }
            _ => {
                while !matches!(self.peek(), b',' | b'}' | b']' | b'\n' | b' ' | 0) {
                    self.at += 1;
                }
            }
        }
    }
    /// Goes down the parts of a pointer as far as they exist, and stops at the beginning of the value.
    fn descend(&mut self, wanted: &[String]) {
        self.space();
        let Some((first, rest)) = wanted.split_first() else { return };
        let begin = self.at;
        let object = self.peek() == b'{';
        if !object && self.peek() != b'[' {
            return;
        }
        self.at += 1;
        let mut index = 0_usize;
        loop {
            self.space();
            if matches!(self.peek(), b'}' | b']' | 0) {
                self.at = begin;
                return;
            }
            let here = if object { self.string() == *first } else { index.to_string() == *first };
            if here {
                self.descend(rest);
                return;
            }
            self.skip();
            index += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn lines_of_values() {
        let text = "{\n \"a\": [1, {\"x\": \"},]\\\"\"},\n  {\n  \"b/c\":\n 7}],\n \"d\": \"e\"}";
        assert_eq!(line_of(text, ""), 1);
        assert_eq!(line_of(text, "/a"), 2);
        assert_eq!(line_of(text, "/a/1/x"), 2);
        assert_eq!(line_of(text, "/a/2"), 3);
        assert_eq!(line_of(text, "/a/2/b~1c"), 5);
        assert_eq!(line_of(text, "/d"), 6);
        assert_eq!(line_of(text, "/a/2/nothing"), 3);
        assert_eq!(line_of(text, "/nothing"), 1);
    }
}
