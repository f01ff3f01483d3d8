//! Lines for people to copy into a shell.

/// Writes a text so that a shell takes it as one word: names of files come from sellers.
#[must_use]
pub(super) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:%@+=,".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text.to_owned();
    }
    // A name such as -rf would be an option.
    let dash = if text.starts_with('-') { "./" } else { "" };
    format!("'{dash}{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_word() {
        for (text, wanted) in [
            ("stops.csv", "stops.csv"),
            ("http://127.0.0.1:8090/a%20b.csv", "http://127.0.0.1:8090/a%20b.csv"),
            ("a b.csv", "'a b.csv'"),
            ("$(reboot).csv", "'$(reboot).csv'"),
            ("it's", r"'it'\''s'"),
            ("-rf", "'./-rf'"),
            ("", "''"),
        ] {
            assert_eq!(word(text), wanted);
        }
    }
}
