//! Open Data Commons and the two software licences that data often carries.

use super::super::terms::Action::{
    Analyse, CommercialUse, Derive, PublishResults, Redistribute, Sublicense, TrainModels,
};
use super::super::terms::Duty;
use super::super::terms::Verdict::{Allowed, Conditional, Forbidden};
use super::Standard;
use super::tools::{open, text};

/// Lists them in the order of the catalogue.
pub(super) fn licences() -> Vec<Standard> {
    vec![odbl(), pddl(), apache(), mit()]
}

fn odbl() -> Standard {
    Standard {
        code: "ODbL-1.0",
        label: "1.0",
        title_zh: "开放数据库许可 1.0",
        title_en: "Open Data Commons Open Database License 1.0",
        summary_zh: "可以出于任何目的使用、修改和共享数据库，包括商业目的。公开使用衍生数据库的，须采用相同许可，并提供该衍生数据库或其修改内容；公开使用由其产生的作品（如图表）的，须注明来源。许可只涉及数据库权利，不涉及其中个别内容的权利。",
        summary_en: "You may use, change and share the database for any purpose, also commercially. A derived database that you use publicly must carry the same licence and be offered, or its changes, to recipients; works produced from it, such as figures, need a notice of the source. It covers the database, not rights in its single contents.",
        text_zh: "",
        text_en: text!("ODbL-1.0.en.txt"),
        spdx: Some("ODbL-1.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 3.1", "", ""),
                (
                    TrainModels,
                    Conditional,
                    "Section 4.3",
                    "公开使用的模型如属产生作品，须注明来源",
                    "A model used publicly, as a produced work, carries a notice of the source",
                ),
                (
                    Derive,
                    Conditional,
                    "Section 4.4(a)",
                    "公开使用时须采用相同许可，并提供该数据库或其修改内容",
                    "When used publicly: same licence, and offer the database or its changes",
                ),
                (PublishResults, Conditional, "Section 4.3", "须附数据来源说明", "With a notice of the source"),
                (CommercialUse, Allowed, "Section 3.1", "", ""),
                (
                    Redistribute,
                    Conditional,
                    "Section 4.2",
                    "仅在本许可下，并附许可文本或链接与声明",
                    "Under this licence only, with its text or address and the notices",
                ),
                (
                    Sublicense,
                    Forbidden,
                    "Section 4.8",
                    "接收人直接从许可人处获得许可",
                    "Recipients are licensed by the licensor directly",
                ),
            ],
            &[
                (Duty::Attribute, "Section 4.3"),
                (Duty::ShareAlike, "Section 4.4(a)"),
                (Duty::KeepNotices, "Section 4.2(c)"),
            ],
        ),
    }
}

fn pddl() -> Standard {
    Standard {
        code: "PDDL-1.0",
        label: "1.0",
        title_zh: "开放数据公共领域贡献与许可 1.0",
        title_en: "Open Data Commons Public Domain Dedication & License 1.0",
        summary_zh: "权利人将数据库及其内容贡献给公共领域；法律不允许的，则放弃权利或授予不受限制的许可。任何人可以出于任何目的使用，包括商业目的，无须署名。不涉及专利和商标，也不提供任何保证。",
        summary_en: "The owner dedicates the database and its contents to the public domain or, where the law does not permit that, waives or licenses the rights without limits. Anybody may use it for any purpose, also commercially, without naming the source. Patents and trade marks are not covered, and nothing is warranted.",
        text_zh: "",
        text_en: text!("PDDL-1.0.en.txt"),
        spdx: Some("PDDL-1.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 3.1", "", ""),
                (TrainModels, Allowed, "Section 3.1", "", ""),
                (Derive, Allowed, "Section 3.1", "", ""),
                (PublishResults, Allowed, "Section 3.1", "", ""),
                (CommercialUse, Allowed, "Section 3.3(a)", "", ""),
                (Redistribute, Allowed, "Section 3.1", "", ""),
                (Sublicense, Allowed, "Section 1.0", "", ""),
            ],
            &[],
        ),
    }
}

fn apache() -> Standard {
    Standard {
        code: "Apache-2.0",
        label: "2.0",
        title_zh: "Apache 许可证 2.0",
        title_en: "Apache License 2.0",
        summary_zh: "为软件编写的宽松许可，也可用于数据。可以使用、修改、再分发和再许可，包括商业目的，并获得专利许可；再分发时须附许可文本、保留声明、标明修改过的文件，并保留 NOTICE 文件的署名。",
        summary_en: "A permissive licence written for software that data can carry too. You may use, change, redistribute and sublicense, also commercially, with a patent licence; when you redistribute, include the licence, keep notices, mark changed files and keep the credits of a NOTICE file.",
        text_zh: "",
        text_en: text!("Apache-2.0.en.txt"),
        spdx: Some("Apache-2.0"),
        terms: open(
            [
                (Analyse, Allowed, "Section 2", "", ""),
                (TrainModels, Allowed, "Section 2", "", ""),
                (
                    Derive,
                    Allowed,
                    "Section 2",
                    "分发时须标明修改过的文件（4(b)）",
                    "When distributed, mark changed files (4(b))",
                ),
                (PublishResults, Allowed, "Section 2", "", ""),
                (CommercialUse, Allowed, "Section 2", "", ""),
                (
                    Redistribute,
                    Conditional,
                    "Section 4",
                    "须附许可文本并保留声明",
                    "With the licence text and the notices",
                ),
                (Sublicense, Allowed, "Section 2", "", ""),
            ],
            &[(Duty::Attribute, "Section 4(d)"), (Duty::KeepNotices, "Section 4(c)")],
        ),
    }
}

fn mit() -> Standard {
    Standard {
        code: "MIT",
        label: "MIT",
        title_zh: "MIT 许可证",
        title_en: "MIT License",
        summary_zh: "为软件编写的简短宽松许可，也可用于数据，但文本只提及软件及其文档。可以使用、修改、再分发、再许可和出售，条件是在副本中保留版权声明和许可声明。不提供任何保证。",
        summary_en: "A short permissive licence written for software; its text speaks of software and documentation only, so for data it leaves questions open. You may use, change, redistribute, sublicense and sell if copies keep the copyright and permission notice. Nothing is warranted.",
        text_zh: "",
        text_en: text!("MIT.en.txt"),
        spdx: Some("MIT"),
        terms: open(
            [
                (Analyse, Allowed, "“Permission is hereby granted”", "", ""),
                (TrainModels, Allowed, "“Permission is hereby granted”", "", ""),
                (Derive, Allowed, "“Permission is hereby granted”", "", ""),
                (PublishResults, Allowed, "“Permission is hereby granted”", "", ""),
                (CommercialUse, Allowed, "“Permission is hereby granted”", "", ""),
                (
                    Redistribute,
                    Conditional,
                    "“The above copyright notice”",
                    "须保留版权声明和许可声明",
                    "With the copyright and permission notice",
                ),
                (Sublicense, Allowed, "“Permission is hereby granted”", "", ""),
            ],
            &[(Duty::KeepNotices, "“The above copyright notice”")],
        ),
    }
}
