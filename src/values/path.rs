//! Paths of files inside a version: names of users, so they are checked hard and never used on a disk.

use super::text::{BadText, fold};
use unicode_normalization::UnicodeNormalization;

/// A path such as `rig 4/2026-03.csv`: parts separated by `/`, NFC, at most 255 bytes, nothing that a system could misread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePath(String);

/// Names that old systems reserve.
const RESERVED: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

impl FilePath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`BadText`] when it is empty, too long, or has a part that is hidden, reserved or leads elsewhere.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text: String = text.nfc().collect();
        if text.is_empty() {
            return Err(BadText::Empty);
        }
        if text.len() > 255 {
            return Err(BadText::TooLong(255));
        }
        let bad = |c: char| {
            c.is_control()
                || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFD}')
        };
        if text.chars().any(bad) {
            return Err(BadText::Characters);
        }
        let part = |part: &str| {
            let stem = part.split('.').next().unwrap_or_default().to_lowercase();
            !part.is_empty()
                && !part.starts_with('.')
                && !part.ends_with('.')
                && part.trim() == part
                && !RESERVED.contains(&stem.as_str())
        };
        if text.split('/').count() <= 16 && text.split('/').all(part) { Ok(Self(text)) } else { Err(BadText::Shape) }
    }
    /// Gives the path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Gives the form under which two paths must not be the same.
    #[must_use]
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
    /// Gives the last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_users() {
        for good in ["a.csv", "rig 4/2026-03.csv", "数据/温度（℃）.csv", "a..b.csv", "x/y/z"] {
            assert!(FilePath::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "a/",
            ".hidden",
            "a/.git",
            "a\\b",
            "C:x",
            "a\0b",
            "a\nb",
            "nul",
            "CON.txt",
            "a/aux.csv",
            "x.",
            " a",
            "a ",
            "a\u{202E}b",
            "a\u{200B}",
            "b:$DATA",
            "a?b",
            "a/./b",
        ] {
            assert!(FilePath::parse(bad).is_err(), "{bad:?}");
        }
        assert!(FilePath::parse(&"长".repeat(90)).is_err());
        assert_eq!(FilePath::parse("A/B.CSV").unwrap().folded(), FilePath::parse("a/b.csv").unwrap().folded());
    }
}
