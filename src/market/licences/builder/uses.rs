//! What may be done and what may not: one clause for each action, and the fixed prohibitions.

use super::super::terms::Action::{
    Analyse, CommercialUse, Derive, PublishResults, Redistribute, Sublicense, TrainModels,
};
use super::super::terms::Verdict::{Allowed, Conditional, Forbidden};
use super::document::{Document, Says};
use super::parameters::{Commercial, Derivation, Parameters, Redistribution, Results, Sublicensing, Training};

/// The permitted uses.
pub(super) fn permitted(d: &mut Document, p: &Parameters) {
    d.section("permitted", "允许的用途", "Permitted uses");
    d.add(
        "analyse",
        "被许可方可以分析数据并将其可视化。",
        "The Licensee may analyse and visualise the Data.",
        vec![Says::Use(Analyse, Allowed, "", "")],
    );
    training(d, p);
    derivation(d, p);
    results(d, p);
    commercial(d, p);
    passing_on(d, p);
}

fn training(d: &mut Document, p: &Parameters) {
    let (zh, en, says) = match p.training {
        Training::None => return,
        Training::Trial => (
            "被许可方可以训练试验性模型，但仅限用于评估数据；该模型不得投入使用，并应依 {deletion} 删除。",
            "The Licensee may train trial Models, but only to evaluate the Data; they must not be put into use and are deleted under {deletion}.",
            Says::Use(TrainModels, Conditional, "仅限试验性模型，终止后删除", "Trial models only, deleted at the end"),
        ),
        Training::Internal if p.delete_at_end => (
            "被许可方可以训练模型，但模型仅限在其内部使用，不得提供给第三方；本许可终止后，模型应依 {deletion} 删除。",
            "The Licensee may train Models, but only for use inside its organisation; they must not be provided to others and are deleted under {deletion}.",
            Says::Use(
                TrainModels,
                Conditional,
                "模型仅限内部使用，终止后删除",
                "Models for internal use only, deleted at the end",
            ),
        ),
        Training::Internal => (
            "被许可方可以训练模型，但模型仅限在其内部使用，不得提供给第三方。",
            "The Licensee may train Models, but only for use inside its organisation; they must not be provided to others.",
            Says::Use(TrainModels, Conditional, "模型仅限内部使用", "Models for internal use only"),
        ),
        Training::Keep => (
            "被许可方可以使用数据训练、调整和验证模型，并在本许可终止后保留和使用模型及其权重。",
            "The Licensee may train, tune and validate Models with the Data, and may keep and use the Models and their weights after this licence ends.",
            Says::Use(TrainModels, Allowed, "终止后可以保留模型和权重", "Models and weights may be kept after the end"),
        ),
        Training::Distribute => (
            "被许可方可以使用数据训练、调整和验证模型，在本许可终止后保留和使用模型及其权重，并可以将模型提供给第三方，但不得能够从模型中还原数据的任何实质部分。",
            "The Licensee may train, tune and validate Models with the Data, may keep and use the Models and their weights after this licence ends, and may provide Models to others, provided that no substantial part of the Data can be reconstructed from them.",
            Says::Use(
                TrainModels,
                Allowed,
                "可以保留模型并提供给第三方，但不得能从中还原数据",
                "Models may be kept and given to others, if the data cannot be reconstructed from them",
            ),
        ),
    };
    d.add("training", zh, en, vec![says]);
}

fn derivation(d: &mut Document, p: &Parameters) {
    let (zh, en, says) = match p.derivation {
        Derivation::None => return,
        Derivation::Internal if p.delete_at_end => (
            "被许可方可以制作衍生数据，仅限内部使用，并应依 {deletion} 删除。",
            "The Licensee may make Derived Data for internal use only, and deletes it under {deletion}.",
            Says::Use(Derive, Conditional, "仅限内部使用，终止后删除", "For internal use only, deleted at the end"),
        ),
        Derivation::Internal => (
            "被许可方可以制作衍生数据，仅限内部使用；衍生数据适用与数据相同的条款。",
            "The Licensee may make Derived Data for internal use only; the terms for the Data apply to it in the same way.",
            Says::Use(Derive, Conditional, "仅限内部使用", "For internal use only"),
        ),
        Derivation::Distribute => (
            "被许可方可以制作衍生数据，并可以将其提供给第三方，但不得能够从中还原数据的任何实质部分。",
            "The Licensee may make Derived Data and may provide it to others, provided that no substantial part of the Data can be reconstructed from it.",
            Says::Use(
                Derive,
                Conditional,
                "提供给第三方的，不得能从中还原数据",
                "Given to others only if the data cannot be reconstructed from it",
            ),
        ),
    };
    d.add("derivation", zh, en, vec![says]);
}

fn results(d: &mut Document, p: &Parameters) {
    let (zh, en, says) = match p.results {
        Results::None => return,
        Results::Consent => (
            "被许可方可以发表结果，但须经许可方事先书面同意。",
            "The Licensee may publish Results with the Licensor's prior written consent.",
            Says::Use(
                PublishResults,
                Conditional,
                "须经许可方事先书面同意",
                "With the licensor's prior written consent",
            ),
        ),
        Results::Attributed => (
            "被许可方可以发表结果，但应依 {attribution} 注明来源。",
            "The Licensee may publish Results if it names the source under {attribution}.",
            Says::Use(PublishResults, Conditional, "须注明来源", "Naming the source"),
        ),
        Results::Free => (
            "被许可方可以自由发表结果。",
            "The Licensee may publish Results freely.",
            Says::Use(PublishResults, Allowed, "", ""),
        ),
    };
    d.add("results", zh, en, vec![says]);
}

fn commercial(d: &mut Document, p: &Parameters) {
    let (zh, en, says) = match p.commercial {
        Commercial::None => return,
        Commercial::Internal => (
            "被许可方可以将结果和本条允许的模型用于自身的业务决策，包括以营利为目的的业务，但不得用于提供给第三方的产品或服务。",
            "The Licensee may use Results, and Models permitted in this section, in decisions of its own business, also one run for profit, but not in products or services for others.",
            Says::Use(
                CommercialUse,
                Conditional,
                "仅限自身业务决策，不得用于对外的产品或服务",
                "In decisions of your own business; not in products or services for others",
            ),
        ),
        Commercial::Models => (
            "被许可方可以将模型用于商业目的，包括在产品和服务中使用模型，但不得能够从模型中还原数据的任何实质部分。",
            "The Licensee may use Models commercially, also in products and services, provided that no substantial part of the Data can be reconstructed from them.",
            Says::Use(
                CommercialUse,
                Conditional,
                "仅限模型，且不得能从中还原数据",
                "Models only, if the data cannot be reconstructed from them",
            ),
        ),
        Commercial::Full => (
            "被许可方可以将数据用于商业目的，包括用于提供给第三方的产品和服务。",
            "The Licensee may use the Data commercially, also for products and services for others.",
            Says::Use(CommercialUse, Allowed, "", ""),
        ),
    };
    d.add("commercial", zh, en, vec![says]);
}

fn passing_on(d: &mut Document, p: &Parameters) {
    match p.redistribution {
        Redistribution::None => {}
        Redistribution::Consortium => d.add(
            "redistribution",
            "被许可方可以将数据提供给授权凭证或数据集页面所列数据合作联盟的成员，该成员应遵守本许可；不得提供给其他人。",
            "The Licensee may provide the Data to members of the consortium named in the receipt or on the page of the dataset, who keep to this licence, and to nobody else.",
            vec![Says::Use(
                Redistribute,
                Conditional,
                "仅限联盟成员，且其应遵守本许可",
                "To members of the consortium only, who keep to this licence",
            )],
        ),
        Redistribution::Anyone => d.add(
            "redistribution",
            "被许可方可以将数据提供给任何人，但应适用本许可，并依 {notices} 保留声明。",
            "The Licensee may provide the Data to anyone, but only under this licence and with the notices of {notices}.",
            vec![Says::Use(
                Redistribute,
                Conditional,
                "仅在本许可下，并保留声明",
                "Under this licence only, with the notices",
            )],
        ),
    }
    match p.sublicensing {
        Sublicensing::None => {}
        Sublicensing::Affiliates => d.add(
            "sublicensing",
            "被许可方可以向其关联公司授予再许可，条款不得宽于本许可；被许可方对关联公司的行为负责。",
            "The Licensee may sublicense to its Affiliates on terms no less strict than this licence, and answers for them.",
            vec![Says::Use(
                Sublicense,
                Conditional,
                "仅限关联公司，条款不得宽于本许可",
                "To affiliates only, on terms no less strict",
            )],
        ),
        Sublicensing::Derived => d.add(
            "sublicensing",
            "被许可方可以就依本条可以提供给第三方的模型和衍生数据授予再许可，但不得就数据授予再许可。",
            "The Licensee may sublicense Models and Derived Data that may be provided to others under this section, but not the Data.",
            vec![Says::Use(
                Sublicense,
                Conditional,
                "仅限可对外提供的模型和衍生数据",
                "Only models and derived data that may be given to others",
            )],
        ),
    }
}

/// The prohibited uses.
pub(super) fn prohibited(d: &mut Document, p: &Parameters) {
    d.section("prohibited", "禁止的用途", "Prohibited uses");
    if p.training == Training::None {
        d.add(
            "training",
            "被许可方不得使用数据训练、调整或验证模型。",
            "The Licensee must not train, tune or validate Models with the Data.",
            vec![Says::Use(TrainModels, Forbidden, "", "")],
        );
    }
    if p.derivation == Derivation::None {
        d.add(
            "derivation",
            "被许可方不得制作衍生数据，但为允许的用途所必需的临时处理除外。",
            "The Licensee must not make Derived Data, except for passing steps that a permitted use needs.",
            vec![Says::Use(Derive, Forbidden, "", "")],
        );
    }
    if p.results == Results::None {
        d.add(
            "results",
            "被许可方不得发表结果。",
            "The Licensee must not publish Results.",
            vec![Says::Use(PublishResults, Forbidden, "", "")],
        );
    }
    if p.commercial == Commercial::None {
        d.add(
            "commercial",
            "被许可方不得将数据、衍生数据或模型用于生产、运营、产品或服务，亦不得用于其他商业目的。",
            "The Licensee must not use the Data, Derived Data or Models in production, operations, products or services, or for any other commercial purpose.",
            vec![Says::Use(CommercialUse, Forbidden, "包括投入生产", "Production included")],
        );
    }
    if p.redistribution == Redistribution::None {
        let (zh, en) = if p.derivation == Derivation::Distribute {
            (
                "被许可方不得向任何第三方出售、出租、公开、转让或以其他方式提供数据。",
                "The Licensee must not sell, rent, publish, transfer or otherwise provide the Data to anyone else.",
            )
        } else {
            (
                "被许可方不得向任何第三方出售、出租、公开、转让或以其他方式提供数据或衍生数据。",
                "The Licensee must not sell, rent, publish, transfer or otherwise provide the Data or Derived Data to anyone else.",
            )
        };
        d.add("redistribution", zh, en, vec![Says::Use(Redistribute, Forbidden, "", "")]);
    }
    if p.sublicensing == Sublicensing::None {
        d.add(
            "sublicensing",
            "被许可方不得就数据授予再许可，亦不得将本许可转让给他人。",
            "The Licensee must not sublicense the Data or assign this licence to anyone else.",
            vec![Says::Use(Sublicense, Forbidden, "", "")],
        );
    }
    always(d);
}

fn always(d: &mut Document) {
    d.add(
        "reconstruction",
        "被许可方不得制作、使用或提供意在复现或还原数据的模型或合成数据。",
        "The Licensee must not make, use or provide Models or synthetic data that are meant to reproduce or reconstruct the Data.",
        vec![],
    );
    d.add(
        "identification",
        "被许可方不得利用数据识别个人、设备所有者或许可方的客户，亦不得试图将数据与其他信息结合以达到该目的。",
        "The Licensee must not use the Data, alone or combined with other information, to identify persons, owners of equipment or customers of the Licensor.",
        vec![],
    );
    d.add(
        "borders",
        "被许可方不得违反所适用的数据安全、个人信息保护和出口管制法律使用或跨境传输数据。",
        "The Licensee must not use or transfer the Data across borders in breach of applicable law on data security, personal information or export control.",
        vec![],
    );
}
