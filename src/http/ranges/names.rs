//! A file's name in `Content-Disposition` (RFC 6266 with RFC 8187).

use std::fmt::Write;

/// The value of `Content-Disposition` for a download: always an attachment, the name once in ASCII and once in UTF-8.
///
/// Control and bidirectional characters go (they let a name look like another), path separators become `_`, leading dots go;
/// of a name that is empty then, `file` remains.
pub fn attachment(file_name: &str) -> String {
    let name: String =
        file_name.chars().filter(|c| !is_hidden(*c)).map(|c| if matches!(c, '/' | '\\') { '_' } else { c }).collect();
    let name = match name.trim().trim_start_matches('.') {
        "" => "file",
        rest => rest,
    };
    // `"` and `%` are legal here, yet old clients unescape them in ways of their own.
    let plain: String = name
        .chars()
        .map(|c| if (c.is_ascii_graphic() && !matches!(c, '"' | '%')) || c == ' ' { c } else { '_' })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent(name))
}

/// Control characters, line and paragraph separators, zero-width and bidirectional marks, the byte-order mark.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Percent-encodes all but `attr-char` of RFC 8187.
fn percent(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(text, "%{byte:02X}").unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, plain, full) in [
            ("bearings.csv", "bearings.csv", "bearings.csv"),
            ("Ofen 3 (2026).csv", "Ofen 3 (2026).csv", "Ofen%203%20%282026%29.csv"),
            ("轴承振动.csv", "____.csv", "%E8%BD%B4%E6%89%BF%E6%8C%AF%E5%8A%A8.csv"),
            ("Größe.csv", "Gr__e.csv", "Gr%C3%B6%C3%9Fe.csv"),
            ("a\"b.csv", "a_b.csv", "a%22b.csv"),
            ("50%41.csv", "50_41.csv", "50%2541.csv"),
            ("a\r\nSet-Cookie: x=1.csv", "aSet-Cookie: x=1.csv", "aSet-Cookie%3A%20x%3D1.csv"),
            ("in\u{202E}vsc.exe", "invsc.exe", "invsc.exe"),
            ("a\u{200B}\u{2066}\u{FEFF}\u{0}\u{7F}\u{85}b", "ab", "ab"),
            ("../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd"),
            ("a\\b", "a_b", "a_b"),
            (".bashrc", "bashrc", "bashrc"),
            ("it's*.csv", "it's*.csv", "it%27s%2A.csv"),
            ("a;b=c.csv", "a;b=c.csv", "a%3Bb%3Dc.csv"),
            ("", "file", "file"),
            (" .. ", "file", "file"),
            ("\u{202E}", "file", "file"),
        ] {
            let expected = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}");
            assert_eq!(attachment(name), expected, "{name:?}");
            assert!(actix_web::http::header::HeaderValue::from_str(&attachment(name)).is_ok());
        }
    }
}
