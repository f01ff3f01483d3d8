//! Headers that lettre does not know.

use lettre::message::header::{Header, HeaderName, HeaderValue};

/// Makes a header that is written and never read.
macro_rules! written {
    ($name:ident, $text:literal, $value:expr) => {
        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($text)
            }
            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Err("this header is only written".into())
            }
            fn display(&self) -> HeaderValue {
                let value: fn(&Self) -> String = $value;
                HeaderValue::new(Self::name(), value(self))
            }
        }
    };
}

/// `Auto-Submitted: auto-generated` (RFC 3834), so that no absence note answers.
#[derive(Clone)]
pub(super) struct AutoSubmitted;
written!(AutoSubmitted, "Auto-Submitted", |_| "auto-generated".to_owned());

/// The address that ends mails like this one (RFC 2369 section 3.2).
#[derive(Clone)]
pub(super) struct ListUnsubscribe(pub(super) String);
written!(ListUnsubscribe, "List-Unsubscribe", |link| format!("<{}>", link.0));

/// Says that one `POST` to that address is enough (RFC 8058).
#[derive(Clone)]
pub(super) struct ListUnsubscribePost;
written!(ListUnsubscribePost, "List-Unsubscribe-Post", |_| "List-Unsubscribe=One-Click".to_owned());
