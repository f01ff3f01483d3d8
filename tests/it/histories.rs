//! Random histories of requests against a simple model: whoever does whatever in whichever state, the exchange and the
//! model agree on what happens, on both databases.

use crate::approval::{Scene, step};
use crate::support::Visitor;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::json;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Requester,
    /// One of three approvers of the buyer.
    Approver(usize),
    Licensor,
    Stranger,
}

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Approve,
    Refuse,
    Return,
    Resubmit,
    Withdraw,
}

/// The model: two of three approvers, then one licensor, then the grant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Model {
    Submitted { by: Vec<usize> },
    AwaitingSeller,
    Returned,
    Granted,
    Refused,
    Withdrawn,
}

impl Model {
    fn name(&self) -> &'static str {
        match self {
            Self::Submitted { .. } => "submitted",
            Self::AwaitingSeller => "awaiting_seller",
            Self::Returned => "returned",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// What follows; nothing when it must be refused.
    fn after(&self, who: Who, what: What) -> Option<Self> {
        let open = matches!(self, Self::Submitted { .. } | Self::AwaitingSeller | Self::Returned);
        match (self, who, what) {
            (_, Who::Stranger, _) => None,
            (_, Who::Requester, What::Withdraw) if open => Some(Self::Withdrawn),
            (Self::Returned, Who::Requester, What::Resubmit) => Some(Self::Submitted { by: Vec::new() }),
            (Self::Submitted { by }, Who::Approver(n), What::Approve) if !by.contains(&n) => {
                let mut by = by.clone();
                by.push(n);
                Some(if by.len() == 2 { Self::AwaitingSeller } else { Self::Submitted { by } })
            }
            // Somebody who was counted already has nothing more to decide in this step.
            (Self::Submitted { by }, Who::Approver(n), What::Refuse) if !by.contains(&n) => Some(Self::Refused),
            (Self::Submitted { by }, Who::Approver(n), What::Return) if !by.contains(&n) => Some(Self::Returned),
            (Self::AwaitingSeller, Who::Licensor, What::Approve) => Some(Self::Granted),
            (Self::AwaitingSeller, Who::Licensor, What::Refuse) => Some(Self::Refused),
            (Self::AwaitingSeller, Who::Licensor, What::Return) => Some(Self::Returned),
            _ => None,
        }
    }
}

fn moves() -> impl Strategy<Value = (Who, What)> {
    let who = prop_oneof![
        2 => Just(Who::Requester),
        5 => (0..3_usize).prop_map(Who::Approver),
        3 => Just(Who::Licensor),
        1 => Just(Who::Stranger),
    ];
    let what = prop_oneof![
        6 => Just(What::Approve),
        1 => Just(What::Refuse),
        2 => Just(What::Return),
        2 => Just(What::Resubmit),
        1 => Just(What::Withdraw),
    ];
    (who, what)
}

async fn tries(visitor: &Visitor, id: &str, what: What, revision: i64) -> u16 {
    let part = match what {
        What::Approve => "approval",
        What::Refuse => "refusal",
        What::Return => "return",
        What::Resubmit => "resubmission",
        What::Withdraw => {
            let path = format!("/requests/{id}/withdrawal");
            return visitor.api(Method::POST, &path, Some(json!({}))).await.status;
        }
    };
    visitor.decides_on(id, part, revision).await.status
}

#[actix_web::test]
async fn the_exchange_and_a_simple_model_agree() {
    let scene = Scene::set().await;
    let mut approvers = Vec::new();
    for n in 0..3 {
        approvers.push(scene.joins(&format!("Approver {n}"), &["approver"]).await);
    }
    let stranger = scene.exchange.person("Stranger");
    scene.buyer.rules_by("buyer", json!({"steps": [step("Pair", 1, 2)]})).await.is(200);
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..24 {
        let history = proptest::collection::vec(moves(), 4..14).new_tree(&mut runner).unwrap().current();
        let id = scene.buyer.asks("buyer", &scene.offer).await.is(201).text("id");
        let mut model = Model::Submitted { by: Vec::new() };
        for (n, (who, what)) in history.iter().copied().enumerate() {
            let seen = scene.buyer.read(&format!("/requests/{id}")).await.is(200);
            assert_eq!(seen.body["state"], model.name(), "before step {n} of {history:?}");
            let visitor = match who {
                Who::Requester => &scene.buyer,
                Who::Approver(n) => &approvers[n],
                Who::Licensor => &scene.seller,
                Who::Stranger => &stranger,
            };
            let status = tries(visitor, &id, what, seen.body["revision"].as_i64().unwrap()).await;
            match model.after(who, what) {
                Some(next) => {
                    assert!(status < 300, "step {n} of {history:?}: {status}");
                    model = next;
                }
                None => assert!(matches!(status, 403 | 404 | 409), "step {n} of {history:?}: {status}"),
            }
        }
        let end = scene.buyer.read(&format!("/requests/{id}")).await.is(200);
        assert_eq!(end.body["state"], model.name(), "after {history:?}");
        let grants = end.body["grants"].as_array().unwrap().len();
        assert_eq!(grants, usize::from(model == Model::Granted), "after {history:?}");
    }
}
