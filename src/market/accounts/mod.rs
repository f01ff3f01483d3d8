//! People and machines: sign-up to sign-out, sessions, mailed links, keys, offices of the exchange.
//!
//! The only place that makes an [`Actor`]. Organisations and roles are the next room.

mod actor;
mod links;
mod office;
pub mod passwords;
mod profile;
mod proofs;
mod rows;
mod sign_in;
mod sign_up;
mod staff;
mod throttle;
mod told;

pub use actor::{Actor, Credential, Touch, touch, whoami};
pub(in crate::market) use actor::{responsible, service_name, service_publishes, service_works};
pub use links::{LinkView, Purpose, link_secret, link_view};
pub(in crate::market) use links::{make_link, use_link};
pub use office::{MayOperate, Office, WithoutOffice, exchange_journal, give_office, outbox, retry_mail};
pub use profile::{
    ChangeError, MayChangeSelf, change_email_asked, change_password, change_profile, confirm_new_email,
    end_other_sessions, end_session, mine, own_journal, sessions,
};
pub use proofs::{PROOF_SECONDS, is_proved, proof_condition, prove};
pub use rows::{Member, Session};
pub(in crate::market) use rows::{find_member, member_of_email, receiver_of};
pub use sign_in::{Known, SignInError, known, open_session, sign_in_failed, sign_out};
pub use sign_up::{NewMember, SignUpError, confirm, create_member, reset_asked, reset_password, sign_up};
pub use staff::{Holder, StaffError, appoint, dismiss, office_of, staff};
pub(in crate::market) use staff::{holders_of, receivers_in};
pub use throttle::{Attempt, attempts_allowed, count_attempt, wait_seconds};
pub use told::{
    Unsubscription, choose_notices, file_summaries, notice_settings, own_notices, read_notices, unread_notices,
    unsubscribe, unsubscribe_secret, unsubscription,
};

pub(in crate::market) use rows::key_rows;
