//! Somebody who does something in a visit: one transaction with the actor and the instant at hand.

use super::problem::Problem;
use super::site::Site;
use super::visit::Visit;
use crate::market::accounts::Actor;
use crate::store::{OnceKey, Read, Write};
use crate::values::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Who acts in this visit, and when. Handlers reach the store through it, so that each does it in the same way.
pub struct Doing {
    site: Site,
    actor: Actor,
    now: Timestamp,
}

impl Visit {
    /// A person or a machine that acts.
    ///
    /// # Errors
    /// 401 when nobody is signed in or the credential is not good.
    pub fn as_actor(&self) -> Result<Doing, Problem> {
        Ok(Doing { site: self.site.clone(), actor: self.actor()?.clone(), now: self.now() })
    }
    /// A person who acts.
    ///
    /// # Errors
    /// 401 when nobody is signed in, 403 for a machine.
    pub fn as_person(&self) -> Result<Doing, Problem> {
        Ok(Doing { site: self.site.clone(), actor: self.person()?.clone(), now: self.now() })
    }
}

impl Doing {
    /// Reads from one snapshot.
    ///
    /// # Errors
    /// What the closure returns, and 503 when the store is busy.
    pub async fn read<T, F>(self, f: F) -> Result<T, Problem>
    where
        F: FnOnce(&mut Read, &Actor, Timestamp) -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        let Self { site, actor, now } = self;
        site.db.read(move |tx| f(tx, &actor, now)).await
    }

    /// Writes in one transaction, and wakes the job that delivers what the act filed.
    ///
    /// # Errors
    /// What the closure returns, and 503 when the store is busy; then nothing is written.
    pub async fn write<T, F>(self, f: F) -> Result<T, Problem>
    where
        F: FnOnce(&mut Write, &Actor, Timestamp) -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        let Self { site, actor, now } = self;
        let done = site.db.write(move |tx| f(tx, &actor, now)).await?;
        site.mail_bell.notify_one();
        Ok(done)
    }

    /// Like [`Doing::write`], but once only for a key: a second call gives the first outcome.
    ///
    /// # Errors
    /// As [`Doing::write`]; 409 when the key came with another request before.
    pub async fn write_once<T, F>(self, once: Option<OnceKey>, f: F) -> Result<T, Problem>
    where
        F: FnOnce(&mut Write, &Actor, Timestamp) -> Result<T, Problem> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let Self { site, actor, now } = self;
        let done = site.db.write_once(once, now, move |tx| f(tx, &actor, now)).await?;
        site.mail_bell.notify_one();
        Ok(done)
    }
}
