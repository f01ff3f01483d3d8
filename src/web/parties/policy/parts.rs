//! What the form of a policy's step and that of selling rules have in common: what can be chosen in them.

use crate::market::parties::policy::LicenceClass;
use crate::market::parties::{MemberView, Party};
use crate::values::Lang;
use crate::words;

/// A choice: its value, its words, a smaller line.
type Choice = (String, String, String);

/// The classes of licences, as check boxes.
pub(super) fn classes(lang: Lang) -> impl Iterator<Item = Choice> {
    LicenceClass::ALL.iter().map(move |c| {
        let name = words::say(lang, &format!("licence-class-{}", c.as_str()));
        (format!("licence-{}", c.as_str()), name, String::new())
    })
}

/// The members who may decide, as check boxes.
pub(super) fn people(members: &[MemberView]) -> impl Iterator<Item = Choice> {
    members.iter().map(|m| (format!("member-{}", m.member_id), m.name.clone(), m.email.clone()))
}

/// Who is asked too when it is late: the owners, or one member.
pub(super) fn late(lang: Lang, members: &[MemberView]) -> impl Iterator<Item = Choice> {
    let owners = (String::new(), words::say(lang, "owners"), String::new());
    std::iter::once(owners).chain(members.iter().map(|m| (m.member_id.to_string(), m.name.clone(), String::new())))
}

/// The currency of an amount: what was typed, else the organisation's.
pub(super) fn currency<'t>(typed: &'t str, party: &'t Party) -> &'t str {
    if typed.is_empty() { party.approval_currency.code() } else { typed }
}
