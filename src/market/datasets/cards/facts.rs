//! The fields of the structured card, and the facts that are chosen from a list.

use crate::values::text_enum;

text_enum! {
    /// A field of the card that is text.
    CardField {
        /// Machines, sensors and instruments.
        Equipment = "equipment",
        /// Sampling rate or interval.
        SamplingRate = "sampling_rate",
        /// Units and reference systems.
        Units = "units",
        /// How the data was collected.
        Collection = "collection",
        /// The steps between collection and these files.
        Processing = "processing",
        /// Who labelled, and how.
        Labelling = "labelling",
        /// The labels and what they mean.
        LabelSchema = "label_schema",
        /// How far labellers agreed, and how that was measured.
        LabelAgreement = "label_agreement",
        /// What is known to be missing, wrong or biased.
        Limits = "limits",
        /// What the data is meant for.
        Intended = "intended",
        /// What the data must not be taken for.
        Unsuitable = "unsuitable",
        /// What was done about personal data.
        PersonalData = "personal_data",
        /// Where the data comes from geographically.
        Place = "place",
        /// How to cite it.
        Citation = "citation",
    }
}

text_enum! {
    /// Whether the seller has a right.
    #[derive(Default)]
    Held {
        /// It does not say.
        #[default]
        Unstated = "unstated",
        /// It has it.
        Yes = "yes",
        /// It does not have it.
        No = "no",
    }
}
text_enum! {
    /// Whether there is personal data.
    #[derive(Default)]
    Personal {
        /// It is not said.
        #[default]
        Unstated = "unstated",
        /// There never was any.
        None = "none",
        /// There was, and persons cannot be told any more.
        Anonymised = "anonymised",
        /// There is.
        Present = "present",
    }
}
text_enum! {
    /// How often data is updated.
    #[derive(Default)]
    Rhythm {
        /// It is not said.
        #[default]
        Unstated = "unstated",
        /// A finished collection.
        Never = "never",
        /// As it comes.
        Continuous = "continuous",
        /// Every day.
        Daily = "daily",
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every three months.
        Quarterly = "quarterly",
        /// Every year.
        Yearly = "yearly",
        /// Without a rhythm.
        Irregular = "irregular",
    }
}
