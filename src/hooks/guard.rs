//! The guard at the door: a name is looked up once, and only if every address it stands for may be called are they
//! handed to the connection.

use crate::values::Egress;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// Finds the addresses of a name.
pub type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// A way to look names up.
pub trait Lookup: Send + Sync {
    /// Finds the addresses of a name.
    fn find(&self, name: &str) -> Found;
}

/// As the system does it.
pub struct SystemLookup;
impl Lookup for SystemLookup {
    fn find(&self, name: &str) -> Found {
        let name = name.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|a| a.ip()).collect()) })
    }
}

/// A name that stands for an address which may not be called.
#[derive(Debug, thiserror::Error)]
#[error("not a public address")]
pub(super) struct NotPublic;

/// A name that stands for nothing, or that nobody could look up.
#[derive(Debug, thiserror::Error)]
#[error("not found")]
pub(super) struct NotFound;

pub(super) struct Guard {
    pub egress: Arc<Egress>,
    pub lookup: Arc<dyn Lookup>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (egress, found) = (self.egress.clone(), self.lookup.find(name.as_str()));
        Box::pin(async move {
            let found = found.await.map_err(|_| NotFound)?;
            if found.is_empty() || !found.iter().all(|ip| egress.permits(*ip)) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
