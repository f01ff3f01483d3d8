//! Signs of personal data in values and names of columns. A sign is no proof: the seller is asked to look.

use super::super::casts::real;
use super::super::profile::{ColumnType, Personal, Suspicion};

/// How many kinds a value itself can show.
pub(super) const KINDS: [Personal; 6] =
    [Personal::Name, Personal::Phone, Personal::Identity, Personal::Email, Personal::Plate, Personal::Position];

/// Tells what a text looks like, as a place in [`KINDS`].
pub(super) fn look(text: &[u8]) -> Option<usize> {
    match text {
        [] => None,
        _ if text.len() == 18 && identity(text) => Some(2),
        _ if (11..=20).contains(&text.len()) && phone(text) => Some(1),
        _ if text.len() <= 100 && memchr::memchr(b'@', text).is_some() => email(text).then_some(3),
        [first, ..] if *first >= 0xE4 && text.len() <= 16 => {
            let text = std::str::from_utf8(text).ok()?;
            if plate(text) { Some(4) } else { name(text).then_some(0) }
        }
        _ if (9..=40).contains(&text.len()) && position(text) => Some(5),
        _ => None,
    }
}

/// A Chinese identity number: 17 digits with a date of birth and the check digit of GB 11643 (ISO 7064, MOD 11-2).
pub(super) fn identity(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let Some((digits, check)) = text.split_at_checked(17) else { return false };
    if !digits.iter().all(u8::is_ascii_digit) || digits.first() == Some(&b'0') {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let right = usize::try_from(sum % 11).ok().and_then(|at| CHECKS.get(at));
    let number = |from: usize, to: usize| {
        digits.get(from..to).unwrap_or_default().iter().fold(0_u32, |n, d| n * 10 + u32::from(d - b'0'))
    };
    let born = (1900..2100).contains(&number(6, 10))
        && (1..=12).contains(&number(10, 12))
        && (1..=31).contains(&number(12, 14));
    born && check.first().map(u8::to_ascii_uppercase).as_ref() == right
}

/// A mobile number of China, or any number written with its country code.
fn phone(text: &[u8]) -> bool {
    let digits: Vec<u8> = text.iter().filter(|b| b.is_ascii_digit()).copied().collect();
    if !text.iter().all(|b| b.is_ascii_digit() || b"+- ()".contains(b)) {
        return false;
    }
    if text.first() == Some(&b'+') {
        return (8..=15).contains(&digits.len());
    }
    let own = digits.strip_prefix(b"86".as_slice()).filter(|rest| rest.len() == 11).unwrap_or(&digits);
    matches!(own, [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9)
}

fn email(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |b| *b == b'@');
    let (Some(local), Some(domain)) = (parts.next(), parts.next()) else { return false };
    let good = |b: &u8| b.is_ascii_alphanumeric() || b".-_+".contains(b);
    !local.is_empty()
        && local.iter().all(good)
        && domain.iter().all(good)
        && domain.iter().rposition(|b| *b == b'.').is_some_and(|at| at > 0 && domain.len() - at > 2)
}

/// A number plate of China: province, letter, five or six characters.
fn plate(text: &str) -> bool {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    let mut chars = text.chars().filter(|c| *c != '·' && *c != ' ');
    let province = chars.next().is_some_and(|c| PROVINCES.contains(c));
    let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
    let rest: Vec<char> = chars.collect();
    province
        && letter
        && (5..=6).contains(&rest.len())
        && rest.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "挂学警港澳".contains(*c))
}

/// A Chinese name: two or three characters of which the first is a common family name.
fn name(text: &str) -> bool {
    const FAMILIES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
    let count = text.chars().count();
    (2..=3).contains(&count)
        && text.chars().next().is_some_and(|c| FAMILIES.contains(c))
        && text.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// Latitude and longitude in one text.
fn position(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |b| *b == b',' || *b == b' ');
    let mut next = |most: f64| {
        let part = parts.next()?.trim_ascii();
        let number = super::super::cells::number(part, b'.')?;
        (!number.whole && part.len() >= 6 && number.value.abs() <= most).then_some(())
    };
    next(90.0).is_some() && next(180.0).is_some()
}

/// Whether the name of a column is that of one of the words.
fn called(name: &str, words: &[&str], parts: &[&str]) -> bool {
    let lower = name.to_lowercase();
    let mut own = lower.split(|c: char| !c.is_alphanumeric());
    own.any(|part| words.contains(&part)) || parts.iter().any(|part| lower.contains(part))
}

/// Decides which signs of a column are told, by how many values show them and by its name.
pub(super) fn suspicions(
    name: &str,
    kind: ColumnType,
    values: u64,
    distinct: u64,
    seen: [u64; 6],
    range: Option<(f64, f64)>,
) -> Vec<Suspicion> {
    let mut found = Vec::new();
    let named = called(
        name,
        &["surname", "firstname", "lastname", "fullname"],
        &[
            "姓名",
            "联系人",
            "操作员",
            "操作工",
            "员工",
            "first name",
            "last name",
            "full name",
            "first_name",
            "last_name",
            "full_name",
            "operator name",
            "operator_name",
            "employee",
            "contact person",
        ],
    );
    for (at, count) in seen.iter().enumerate().filter(|(_, count)| **count > 0) {
        let share = real(*count) / real(values.max(1));
        let told = match KINDS.get(at) {
            // Short Chinese words look like names: many different ones, or a column that says so.
            Some(Personal::Name) => named || (share > 0.9 && distinct >= 20),
            // Any number of eleven digits may look like a telephone.
            Some(Personal::Phone) if kind == ColumnType::Integer => share > 0.5,
            Some(Personal::Phone | Personal::Position) => share > 0.01,
            Some(Personal::Identity | Personal::Email | Personal::Plate) => true,
            None => false,
        };
        if let (true, Some(kind)) = (told, KINDS.get(at)) {
            found.push(Suspicion { kind: *kind, count: *count });
        }
    }
    if named && kind == ColumnType::String && !found.iter().any(|s| s.kind == Personal::Name) {
        found.push(Suspicion { kind: Personal::Name, count: values });
    }
    let place = called(name, &["lat", "latitude", "lon", "lng", "long", "longitude"], &["纬度", "经度"]);
    if place && kind == ColumnType::Number && range.is_some_and(|(min, max)| min >= -180.0 && max <= 180.0) {
        found.push(Suspicion { kind: Personal::Position, count: values });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<Personal> {
        look(text.as_bytes()).map(|at| KINDS[at])
    }

    #[test]
    fn values_that_look_personal() {
        for (text, right) in [
            ("11010519491231002X", Some(Personal::Identity)),
            ("110105194912310021", None),
            ("13812345678", Some(Personal::Phone)),
            ("+44 20 7946 0958", Some(Personal::Phone)),
            ("12812345678", None),
            ("li.wei@example.com", Some(Personal::Email)),
            ("a@b", None),
            ("粤B·12345D", Some(Personal::Plate)),
            ("王小明", Some(Personal::Name)),
            ("温度", None),
            ("31.230416, 121.473701", Some(Personal::Position)),
            ("M14860", None),
            ("2016-07-01 00:00:00", None),
        ] {
            assert_eq!(kind(text), right, "{text}");
        }
    }

    #[test]
    fn names_of_columns_count_too() {
        let told = |name, kind, seen, range| {
            suspicions(name, kind, 100, 3, seen, range).iter().map(|s| s.kind).collect::<Vec<_>>()
        };
        assert_eq!(told("状态", ColumnType::String, [100, 0, 0, 0, 0, 0], None), []);
        assert_eq!(told("操作员", ColumnType::String, [90, 0, 0, 0, 0, 0], None), [Personal::Name]);
        assert_eq!(told("lat", ColumnType::Number, [0; 6], Some((30.0, 31.0))), [Personal::Position]);
        assert_eq!(told("flat", ColumnType::Number, [0; 6], Some((30.0, 31.0))), []);
    }
}
