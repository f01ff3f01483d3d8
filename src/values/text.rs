//! Texts with a shape: slugs, e-mail addresses, single lines, prose, languages, and enums kept as text.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Says why a text does not fit; the edge turns it into words in the reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing was written.
    #[error("must not be empty")]
    Empty,
    /// It has more characters than the limit.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It has control or direction characters, or more than one line.
    #[error("has characters that are not allowed")]
    Characters,
    /// It does not have the expected shape.
    #[error("does not have the expected shape")]
    Shape,
}

/// Normalises to NFC, trims, and refuses control and direction-changing characters (tabs and line ends when `lines`).
fn cleaned(text: &str, limit: usize, lines: bool) -> Result<String, BadText> {
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    let text = text.trim();
    let hidden = |c: char| {
        (c.is_control() && !(lines && matches!(c, '\n' | '\t')))
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    if text.chars().any(hidden) {
        return Err(BadText::Characters);
    }
    if text.chars().count() > limit {
        return Err(BadText::TooLong(limit));
    }
    Ok(text.to_owned())
}

macro_rules! string_value {
    ($name:ident) => {
        impl $name {
            /// Gives the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// One line of text of 1 to 200 characters, such as a name or a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(String);
string_value!(Line);
impl Line {
    /// Reads a line that must be there.
    ///
    /// # Errors
    /// [`BadText`] when it is empty, too long or has hidden characters.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let line = Self::optional(text)?;
        if line.0.is_empty() { Err(BadText::Empty) } else { Ok(line) }
    }
    /// Reads a line that may be empty.
    ///
    /// # Errors
    /// [`BadText`] when it is too long or has hidden characters.
    pub fn optional(text: &str) -> Result<Self, BadText> {
        cleaned(text, 200, false).map(Self)
    }
}

/// Text of several lines, up to 20,000 characters; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose(String);
string_value!(Prose);
impl Prose {
    /// Reads prose that must be there.
    ///
    /// # Errors
    /// [`BadText`] when it is empty, too long or has hidden characters.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let prose = Self::optional(text)?;
        if prose.0.is_empty() { Err(BadText::Empty) } else { Ok(prose) }
    }
    /// Reads prose that may be empty.
    ///
    /// # Errors
    /// [`BadText`] when it is too long or has hidden characters.
    pub fn optional(text: &str) -> Result<Self, BadText> {
        cleaned(text, 20_000, true).map(Self)
    }
}

/// A name in addresses: 2 to 64 of `a-z 0-9 -`, starting and ending with a letter or digit, no two hyphens in a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);
string_value!(Slug);
impl Slug {
    /// Reads a slug as typed; capitals become small letters.
    ///
    /// # Errors
    /// [`BadText::Empty`] or [`BadText::Shape`].
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(BadText::Empty);
        }
        let allowed = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let fits = allowed
            && (2..=64).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        // Addresses that mean something else: the form that makes one, a look-up, the exchange itself.
        let taken = ["new", "by-id", "exchange"].contains(&text.as_str());
        if fits && !taken { Ok(Self(text)) } else { Err(BadText::Shape) }
    }
}

/// An e-mail address, lower-cased, at most 254 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);
string_value!(Email);
impl Email {
    /// Reads an address as typed.
    ///
    /// # Errors
    /// [`BadText::Empty`] or [`BadText::Shape`].
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(BadText::Empty);
        }
        let Some((local, host)) = text.rsplit_once('@') else { return Err(BadText::Shape) };
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let host_fits = host.contains('.')
            && host.split('.').all(|part| {
                !part.is_empty()
                    && part.len() <= 63
                    && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !part.starts_with('-')
            });
        if local_fits && host_fits && text.len() <= 254 { Ok(Self(text)) } else { Err(BadText::Shape) }
    }
}

/// Folds a text for searching: compatibility form, lower case, single spaces.
#[must_use]
pub fn fold(text: &str) -> String {
    let lowered: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lowered.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Makes an enum that is kept as text in tables, forms and JSON.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::diesel::expression::AsExpression, ::diesel::deserialize::FromSqlRow, ::serde::Serialize, ::serde::Deserialize)]
        #[diesel(sql_type = ::diesel::sql_types::Text)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Gives the text under which it is kept.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
            /// Reads the text under which it is kept.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.as_str() == text) }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB> for $name
        where str: ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut ::diesel::serialize::Output<'b, '_, DB>) -> ::diesel::serialize::Result { self.as_str().to_sql(out) }
        }
        impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB> for $name
        where String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB> {
            fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                let text = <String as ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>>::from_sql(value)?;
                Self::parse(&text).ok_or_else(|| format!("unknown {} {text}", stringify!($name)).into())
            }
        }
    };
}
pub(crate) use text_enum;

text_enum! {
    /// A language of the interface (BCP 47).
    Lang {
        /// Simplified Chinese.
        Zh = "zh-CN",
        /// English.
        En = "en",
    }
}

impl Lang {
    /// Chooses by `Accept-Language` (RFC 9110 section 12.5.4): the first of ours with the highest weight.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for item in header.split(',').take(20) {
            let (tag, weight) = item.split_once(';').unwrap_or((item, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let tag = tag.trim().to_ascii_lowercase();
            let lang = if tag == "zh" || tag.starts_with("zh-") {
                Self::Zh
            } else if tag == "en" || tag.starts_with("en-") {
                Self::En
            } else {
                continue;
            };
            if weight > 0.0 && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
    /// Chooses between a Chinese and an English text: the own language when it is there, else the other one.
    #[must_use]
    pub fn pick<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        let (own, other) = match self {
            Self::Zh => (zh, en),
            Self::En => (en, zh),
        };
        if own.is_empty() { other } else { own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b.cn", "Lin.Zhiyuan@haoyue.example", "a+b@x-y.co"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["", "a", "a@b", "a@@b.cn", "a b@c.cn", "a@b..cn", "a\r\nBcc: x@y.cn", ".a@b.cn", "a@-b.cn", "ä@b.cn"]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn slugs_and_lines() {
        assert_eq!(Slug::parse(" Lanjiang-Bearing ").map(|s| s.to_string()), Ok("lanjiang-bearing".to_owned()));
        for bad in ["a", "new", "exchange", "-a", "a-", "a--b", "a/b", "ä-b", "a.b"] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Line::parse("  "), Err(BadText::Empty));
        assert_eq!(Line::parse("a\nb"), Err(BadText::Characters));
        assert_eq!(Line::parse("a\u{202E}b"), Err(BadText::Characters));
        assert_eq!(Line::parse(&"长".repeat(201)), Err(BadText::TooLong(200)));
        assert!(Prose::parse("a\nb").is_ok());
    }

    #[test]
    fn language_by_header_and_text() {
        assert_eq!(Lang::accepted("zh-CN,zh;q=0.9,en;q=0.8"), Some(Lang::Zh));
        assert_eq!(Lang::accepted("de, en;q=0.5, zh;q=0.7"), Some(Lang::Zh));
        assert_eq!(Lang::accepted("fr"), None);
        assert_eq!(Lang::En.pick("轴承", ""), "轴承");
        assert_eq!(fold("Ｂearing　 Vibration"), "bearing vibration");
    }
}
