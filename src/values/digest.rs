//! SHA-256 digests in their lower-case hexadecimal form.

use super::text::BadText;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use sha2::Digest;
use std::fmt;

/// The 32 bytes of a SHA-256 sum.
pub type Sha256Sum = [u8; 32];

/// A SHA-256 sum as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Sha256(String);

impl Sha256 {
    /// Takes the bytes of a sum.
    #[must_use]
    pub fn of(sum: &Sha256Sum) -> Self {
        Self(data_encoding::HEXLOWER.encode(sum))
    }
    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`BadText`] for anything else.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        let text = text.trim().to_ascii_lowercase();
        let fits = text.len() == 64 && data_encoding::HEXLOWER.decode(text.as_bytes()).is_ok();
        if fits { Ok(Self(text)) } else { Err(BadText::Shape) }
    }
    /// Gives the hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Gives the 32 bytes.
    #[must_use]
    pub fn bytes(&self) -> Sha256Sum {
        let raw = data_encoding::HEXLOWER.decode(self.0.as_bytes()).unwrap_or_default();
        raw.try_into().unwrap_or([0; 32])
    }
    /// Gives the first eight digits in two groups, for people to compare by eye.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{} {}", self.0.get(..4).unwrap_or_default(), self.0.get(4..8).unwrap_or_default())
    }
}
impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<DB: Backend> ToSql<Text, DB> for Sha256
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}
impl<DB: Backend> FromSql<Text, DB> for Sha256
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::parse(&String::from_sql(value)?)?)
    }
}

/// Takes the SHA-256 of a text.
#[must_use]
pub fn hash_text(text: &str) -> Sha256 {
    Sha256::of(&sha2::Sha256::digest(text.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_the_empty_text() {
        let empty = hash_text("");
        assert_eq!(empty.as_str(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(Sha256::of(&empty.bytes()), empty);
        assert_eq!(empty.short(), "e3b0 c442");
        assert!(Sha256::parse("abc").is_err());
    }
}
