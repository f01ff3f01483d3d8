//! The commercial templates that the builder made. Their texts are kept as they were built; a test holds them to it.

use super::super::builder::{Heading, build, presets};
use super::Standard;
use super::tools::text;

/// What a template is beside its parameters: preset, code, texts, summaries.
struct Frozen {
    preset: &'static str,
    code: &'static str,
    text_zh: &'static str,
    text_en: &'static str,
    summary_zh: &'static str,
    summary_en: &'static str,
}

const ALL: &[Frozen] = &[
    Frozen {
        preset: "distribution",
        code: "LicenseRef-Bourse-Training-Distribution",
        text_zh: text!("LicenseRef-Bourse-Training-Distribution.zh.md"),
        text_en: text!("LicenseRef-Bourse-Training-Distribution.en.md"),
        summary_zh: "用于训练模型并对外提供成果。模型和衍生数据可以提供给第三方并授予再许可，但不得能从中还原数据；数据本身不得再分发，终止后须删除。合同模板，不构成法律意见。",
        summary_en: "For training models and giving away what comes of it. Models and derived data may be provided and sublicensed to others, as long as the data cannot be reconstructed from them; the data itself is not passed on and is deleted at the end. A template and no legal advice.",
    },
    Frozen {
        preset: "research",
        code: "LicenseRef-Bourse-Research",
        text_zh: text!("LicenseRef-Bourse-Research.zh.md"),
        text_en: text!("LicenseRef-Bourse-Research.en.md"),
        summary_zh: "仅用于科学研究。可以分析数据、训练并保留模型，注明来源后可以发表结果；不得用于商业目的，数据不得再分发，终止后须删除并说明使用情况。合同模板，不构成法律意见。",
        summary_en: "For scientific research only. You may analyse the data, train models and keep them, and publish results naming the source; not for commercial use, the data is not passed on, is deleted at the end, and its use is reported. A template and no legal advice.",
    },
    Frozen {
        preset: "consortium",
        code: "LicenseRef-Bourse-Consortium-Member",
        text_zh: text!("LicenseRef-Bourse-Consortium-Member.zh.md"),
        text_en: text!("LicenseRef-Bourse-Consortium-Member.en.md"),
        summary_zh: "供数据合作联盟成员使用。数据可以在联盟成员和关联公司之间共享，衍生数据以相同条款对外提供；可用于自身业务，许可方可以检查，终止后须删除数据。合同模板，不构成法律意见。",
        summary_en: "For members of a data consortium. The data may be shared among members and with affiliates, derived data goes out under the same terms; for decisions of one's own business; the licensor may audit, and the data is deleted at the end. A template and no legal advice.",
    },
];

/// Lists them in the order of the catalogue.
pub(super) fn licences() -> Vec<Standard> {
    let presets = presets();
    let one = |f: &Frozen| {
        let preset = presets.iter().find(|p| p.name == f.preset)?;
        let heading = Heading { code: f.code, label: "1.0", title_zh: preset.title_zh, title_en: preset.title_en };
        Some(Standard {
            code: f.code,
            label: "1.0",
            title_zh: preset.title_zh,
            title_en: preset.title_en,
            summary_zh: f.summary_zh,
            summary_en: f.summary_en,
            text_zh: f.text_zh,
            text_en: f.text_en,
            spdx: None,
            // A template that cannot be built is not there, and the count of a test fails.
            terms: build(&heading, &preset.parameters).ok()?.terms,
        })
    };
    ALL.iter().filter_map(one).collect()
}

/// Gives preset and code of each.
#[must_use]
pub fn built_templates() -> Vec<(&'static str, &'static str)> {
    ALL.iter().map(|f| (f.preset, f.code)).collect()
}
