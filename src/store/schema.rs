//! The tables as diesel sees them, one text for both databases. Only `rows` modules use it.
diesel::table! {
    members (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        lang -> Text,
        office -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}
diesel::table! {
    sessions (id) {
        id -> Text,
        member_id -> Text,
        secret_hash -> Text,
        device -> Text,
        network -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    mail_links (id) {
        id -> Text,
        purpose -> Text,
        member_id -> Nullable<Text>,
        email -> Text,
        nonce -> Text,
        secret_hash -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    throttles (id) {
        id -> Text,
        failures -> BigInt,
        blocked_until -> BigInt,
        updated_at -> BigInt,
    }
}
diesel::table! {
    parties (id) {
        id -> Text,
        slug -> Text,
        name_zh -> Text,
        name_en -> Text,
        kind -> Text,
        country -> Text,
        registration -> Text,
        verified_at -> Nullable<BigInt>,
        verified_by -> Nullable<Text>,
        verification -> Nullable<Text>,
        payee -> Text,
        approval_over_minor -> Nullable<BigInt>,
        approval_currency -> Text,
        created_at -> BigInt,
        revision -> BigInt,
        size_class -> Nullable<Text>,
    }
}
diesel::table! {
    memberships (id) {
        id -> Text,
        party_id -> Text,
        member_id -> Text,
        roles -> Text,
        created_at -> BigInt,
    }
}
diesel::table! {
    invitations (id) {
        id -> Text,
        party_id -> Text,
        email -> Text,
        roles -> Text,
        link_id -> Text,
        invited_by -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    api_keys (id) {
        id -> Text,
        member_id -> Text,
        party_id -> Nullable<Text>,
        name -> Text,
        hint -> Text,
        secret_hash -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    service_accounts (id) {
        id -> Text,
        party_id -> Text,
        name -> Text,
        hint -> Text,
        secret_hash -> Text,
        scopes -> Text,
        created_by -> Text,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    licences (id) {
        id -> Text,
        code -> Text,
        label -> Text,
        party_id -> Nullable<Text>,
        title_zh -> Text,
        title_en -> Text,
        text_zh -> Text,
        text_en -> Text,
        terms -> Text,
        sha256 -> Text,
        created_at -> BigInt,
    }
}
diesel::table! {
    licence_drafts (id) {
        id -> Text,
        party_id -> Text,
        name -> Text,
        label -> Text,
        title_zh -> Text,
        title_en -> Text,
        parameters -> Text,
        licence_id -> Nullable<Text>,
        changed_at -> BigInt,
        revision -> BigInt,
    }
}
diesel::table! {
    relicences (id) {
        id -> Text,
        dataset_id -> Text,
        licence_id -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
    }
}
diesel::table! {
    relicence_answers (relicence_id, grant_id) {
        relicence_id -> Text,
        grant_id -> Text,
        holder_id -> Text,
        before_licence_id -> Text,
        state -> Text,
        asked_at -> BigInt,
        answered_at -> Nullable<BigInt>,
        answered_by -> Nullable<Text>,
        answered_lang -> Nullable<Text>,
        accepted_sha256 -> Nullable<Text>,
        addendum -> Nullable<Text>,
    }
}
diesel::table! {
    intended_uses (purchase_id) {
        purchase_id -> Text,
        intended -> Text,
        stated_at -> BigInt,
    }
}
diesel::table! {
    datasets (id) {
        id -> Text,
        party_id -> Text,
        slug -> Text,
        state -> Text,
        title_zh -> Text,
        title_en -> Text,
        summary_zh -> Text,
        summary_en -> Text,
        card_zh -> Text,
        card_en -> Text,
        sector -> Text,
        kind -> Text,
        use_case -> Text,
        level -> Text,
        source_statement -> Text,
        contact -> Text,
        search_text -> Text,
        current_version_id -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        listed_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}
diesel::table! {
    versions (id) {
        id -> Text,
        dataset_id -> Text,
        label -> Text,
        change_note -> Text,
        state -> Text,
        manifest -> Nullable<Text>,
        manifest_sha256 -> Nullable<Text>,
        formats -> Text,
        files_count -> BigInt,
        size_bytes -> BigInt,
        rows_count -> Nullable<BigInt>,
        columns_count -> Nullable<BigInt>,
        published_at -> Nullable<BigInt>,
        recalled_at -> Nullable<BigInt>,
        recall_reason -> Nullable<Text>,
        created_at -> BigInt,
        revision -> BigInt,
    }
}
diesel::table! {
    blobs (id) {
        id -> Text,
        size_bytes -> BigInt,
        sha256 -> Text,
        chunks -> Binary,
        created_at -> BigInt,
        damaged_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    files (id) {
        id -> Text,
        version_id -> Text,
        path -> Text,
        path_folded -> Text,
        blob_id -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        sha256 -> Text,
        rows_count -> Nullable<BigInt>,
        columns_count -> Nullable<BigInt>,
        sample -> Nullable<Text>,
        created_at -> BigInt,
    }
}
diesel::table! {
    manifest_signatures (version_id) {
        version_id -> Text,
        jws -> Text,
        signed_at -> BigInt,
    }
}
diesel::table! {
    deprecations (version_id) {
        version_id -> Text,
        note -> Text,
        deprecated_at -> BigInt,
    }
}
diesel::table! {
    standards (id) {
        id -> Text,
        code -> Text,
        label -> Text,
        title_zh -> Text,
        title_en -> Text,
        text_zh -> Text,
        text_en -> Text,
        definition -> Text,
        sha256 -> Text,
        created_at -> BigInt,
    }
}
diesel::table! {
    declarations (id) {
        id -> Text,
        version_id -> Text,
        standard_id -> Text,
        pattern -> Text,
        created_at -> BigInt,
    }
}
diesel::table! {
    conformances (id) {
        id -> Text,
        declaration_id -> Text,
        file_id -> Text,
        file_sha256 -> Text,
        state -> Text,
        rows_checked -> BigInt,
        report -> Nullable<Text>,
        refusal -> Nullable<Text>,
        lease -> Text,
        leased_until -> BigInt,
        checked_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    lineage_inputs (id) {
        id -> Text,
        version_id -> Text,
        source_version_id -> Nullable<Text>,
        address -> Text,
        name -> Text,
        licence_id -> Nullable<Text>,
        licence_code -> Text,
        confidential -> BigInt,
        created_at -> BigInt,
    }
}
diesel::table! {
    lineage_steps (id) {
        id -> Text,
        version_id -> Text,
        name -> Text,
        tool -> Text,
        note -> Text,
        started_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}
diesel::table! {
    offers (id) {
        id -> Text,
        dataset_id -> Text,
        licence_id -> Text,
        title -> Text,
        scope -> Text,
        price_minor -> BigInt,
        currency -> Text,
        tax_basis_points -> BigInt,
        approval -> Text,
        payment -> Text,
        payment_days -> BigInt,
        term_days -> Nullable<BigInt>,
        audience -> Text,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}
diesel::table! {
    counters (id) {
        id -> Text,
        value -> BigInt,
    }
}
diesel::table! {
    purchases (id) {
        id -> Text,
        number -> Text,
        buyer_id -> Text,
        seller_id -> Text,
        state -> Text,
        side -> Nullable<Text>,
        reason -> Nullable<Text>,
        requested_by -> Text,
        requested_by_kind -> Text,
        requested_by_name -> Text,
        purpose -> Text,
        accepted_at -> BigInt,
        accepted_lang -> Text,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        currency -> Text,
        payment -> Text,
        buyer_step -> Text,
        seller_step -> Text,
        compliance_step -> Text,
        created_at -> BigInt,
        submitted_at -> BigInt,
        state_at -> BigInt,
        expires_at -> BigInt,
        revision -> BigInt,
        turn -> Nullable<Text>,
        quoted_until -> Nullable<BigInt>,
        renewals -> BigInt,
        signature_step -> Text,
    }
}
diesel::table! {
    purchase_lines (id) {
        id -> Text,
        purchase_id -> Text,
        position -> BigInt,
        offer_id -> Text,
        dataset_id -> Text,
        version_id -> Text,
        licence_id -> Text,
        licence_sha256 -> Text,
        scope -> Text,
        term_days -> Nullable<BigInt>,
        net_minor -> BigInt,
        tax_basis_points -> BigInt,
        tax_minor -> BigInt,
        payment_days -> BigInt,
    }
}
diesel::table! {
    decisions (id) {
        id -> Text,
        purchase_id -> Text,
        side -> Text,
        verdict -> Text,
        member_id -> Text,
        note -> Text,
        round -> BigInt,
        decided_at -> BigInt,
    }
}
diesel::table! {
    orders (id) {
        id -> Text,
        purchase_id -> Text,
        number -> Text,
        buyer_id -> Text,
        seller_id -> Text,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        currency -> Text,
        payee -> Text,
        opened_at -> BigInt,
        due_at -> BigInt,
        paid_at -> Nullable<BigInt>,
        paid_on -> Nullable<Text>,
        paid_reference -> Nullable<Text>,
        paid_by -> Nullable<Text>,
        revision -> BigInt,
    }
}
diesel::table! {
    grants (id) {
        id -> Text,
        number -> Text,
        purchase_id -> Text,
        line_id -> Text,
        holder_id -> Text,
        seller_id -> Text,
        dataset_id -> Text,
        version_id -> Text,
        scope -> Text,
        licence_id -> Text,
        state -> Text,
        side -> Nullable<Text>,
        reason -> Nullable<Text>,
        starts_at -> BigInt,
        ends_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        receipt -> Text,
        created_at -> BigInt,
        revision -> BigInt,
        suspended_at -> Nullable<BigInt>,
        suspended_reason -> Nullable<Text>,
        renewal_unwanted -> BigInt,
    }
}
diesel::table! {
    tokens (id) {
        id -> Text,
        grant_id -> Text,
        file_id -> Nullable<Text>,
        service_id -> Nullable<Text>,
        member_id -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        name -> Text,
        used_at -> Nullable<BigInt>,
        takes_place_of -> Nullable<Text>,
    }
}
diesel::table! {
    deliveries (id) {
        id -> Text,
        grant_id -> Text,
        file_id -> Text,
        taken_by -> Text,
        day -> Text,
        requests -> BigInt,
        sent_bytes -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
    }
}
diesel::table! {
    journal (seq) {
        seq -> BigInt,
        id -> Text,
        noted_at -> BigInt,
        actor_kind -> Text,
        actor_id -> Text,
        actor_name -> Text,
        deed -> Text,
        subject -> Text,
        subject_id -> Text,
        party_id -> Nullable<Text>,
        other_party_id -> Nullable<Text>,
        detail -> Text,
    }
}
diesel::table! {
    notices (id) {
        id -> Text,
        kind -> Text,
        subject_id -> Text,
        receiver -> Text,
        lang -> Text,
        facts -> Text,
        created_at -> BigInt,
        next_at -> BigInt,
        attempts -> BigInt,
        leased_until -> Nullable<BigInt>,
        lease -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        failed_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        member_id -> Nullable<Text>,
        party_id -> Nullable<Text>,
        on_site -> BigInt,
        mail -> Text,
        read_at -> Nullable<BigInt>,
        digest_id -> Nullable<Text>,
    }
}
diesel::table! {
    notice_settings (member_id, topic) {
        member_id -> Text,
        topic -> Text,
        on_site -> BigInt,
        mail -> Text,
    }
}
diesel::table! {
    webhooks (id) {
        id -> Text,
        party_id -> Text,
        url -> Text,
        events -> Text,
        nonce -> Text,
        old_nonce -> Nullable<Text>,
        old_until -> Nullable<BigInt>,
        state -> Text,
        failing_since -> Nullable<BigInt>,
        created_at -> BigInt,
        removed_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}
diesel::table! {
    webhook_deliveries (id) {
        id -> Text,
        webhook_id -> Text,
        event -> Text,
        subject_id -> Text,
        body -> Text,
        created_at -> BigInt,
        next_at -> BigInt,
        attempts -> BigInt,
        leased_until -> Nullable<BigInt>,
        lease -> Nullable<Text>,
        sent_at -> Nullable<BigInt>,
        failed_at -> Nullable<BigInt>,
        last_status -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}
diesel::table! {
    digest_hours (member_id) {
        member_id -> Text,
        hour -> BigInt,
    }
}
diesel::table! {
    once_keys (id) {
        id -> Text,
        request_hash -> Text,
        outcome -> Text,
        created_at -> BigInt,
    }
}
diesel::table! {
    cards (dataset_id) {
        dataset_id -> Text,
        right_holding -> Text,
        right_use -> Text,
        right_operation -> Text,
        personal -> Text,
        rhythm -> Text,
        covers_from -> Text,
        covers_to -> Text,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}
diesel::table! {
    card_texts (dataset_id, field) {
        dataset_id -> Text,
        field -> Text,
        text_zh -> Text,
        text_en -> Text,
    }
}
diesel::table! {
    tables_declared (version_id, path_folded) {
        version_id -> Text,
        path_folded -> Text,
        path -> Text,
        primary_key -> Text,
        updated_at -> BigInt,
        revision -> BigInt,
    }
}
diesel::table! {
    columns_declared (version_id, path_folded, position) {
        version_id -> Text,
        path_folded -> Text,
        position -> BigInt,
        name -> Text,
        kind -> Text,
        unit -> Text,
        description_zh -> Text,
        description_en -> Text,
        constraints -> Text,
    }
}
diesel::table! {
    storage_accounts (party_id) {
        party_id -> Text,
        used_bytes -> BigInt,
        reserved_bytes -> BigInt,
    }
}
diesel::table! {
    uploads (id) {
        id -> Text,
        party_id -> Text,
        dataset_id -> Text,
        version_id -> Text,
        path -> Text,
        metadata -> Text,
        state -> Text,
        size_bytes -> BigInt,
        offset_bytes -> BigInt,
        announced_sha256 -> Nullable<Text>,
        blob_id -> Text,
        hash_state -> Nullable<Binary>,
        store_session -> Nullable<Text>,
        tail_id -> Nullable<Text>,
        file_id -> Nullable<Text>,
        reason -> Nullable<Text>,
        holder -> Nullable<Text>,
        held_until -> Nullable<BigInt>,
        turn -> BigInt,
        begun_by_kind -> Text,
        begun_by -> Text,
        begun_by_name -> Text,
        created_at -> BigInt,
        moved_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        role -> Nullable<Text>,
        final_id -> Nullable<Text>,
        place -> Nullable<BigInt>,
    }
}
diesel::table! {
    upload_parts (upload_id, number) {
        upload_id -> Text,
        number -> BigInt,
        etag -> Text,
        chunks -> Binary,
    }
}
diesel::table! {
    file_profiles (file_id) {
        file_id -> Text,
        version_id -> Text,
        state -> Text,
        lease -> Nullable<Text>,
        leased_until -> Nullable<BigInt>,
        attempts -> BigInt,
        done_bytes -> BigInt,
        profile -> Nullable<Text>,
        score -> Nullable<Text>,
        weight -> BigInt,
        convertible -> BigInt,
        refusal -> Nullable<Text>,
        refusal_detail -> Nullable<Text>,
        updated_at -> BigInt,
    }
}
diesel::table! {
    file_samples (file_id) {
        file_id -> Text,
        version_id -> Text,
        rule -> Text,
        chosen -> BigInt,
        revision -> BigInt,
        state -> Text,
        sample -> Nullable<Text>,
        lease -> Nullable<Text>,
        leased_until -> Nullable<BigInt>,
        attempts -> BigInt,
        updated_at -> BigInt,
    }
}
diesel::table! {
    version_scores (version_id) {
        version_id -> Text,
        score -> Text,
        tenths -> BigInt,
        files_count -> BigInt,
        updated_at -> BigInt,
    }
}
diesel::table! {
    derived_files (file_id) {
        file_id -> Text,
        state -> Text,
        lease -> Nullable<Text>,
        leased_until -> Nullable<BigInt>,
        attempts -> BigInt,
        blob_id -> Nullable<Text>,
        rows_count -> Nullable<BigInt>,
        refusal -> Nullable<Text>,
        updated_at -> BigInt,
    }
}
// The gate: rules, gradings, reviews.
diesel::table! {
    rule_books (id) {
        id -> Text,
        number -> BigInt,
        body -> Text,
        note -> Text,
        made_by -> Nullable<Text>,
        made_at -> BigInt,
    }
}
diesel::table! {
    gradings (id) {
        id -> Text,
        dataset_id -> Text,
        book_number -> BigInt,
        class -> Text,
        answers -> Text,
        level -> Text,
        reason -> Text,
        filing_reference -> Text,
        decided_by -> Text,
        decided_at -> BigInt,
    }
}
diesel::table! {
    held_drafts (dataset_id) {
        dataset_id -> Text,
        version_id -> Text,
        held_at -> BigInt,
    }
}
diesel::table! {
    version_cards (version_id) {
        version_id -> Text,
        card -> Text,
        level -> Text,
        kept_at -> BigInt,
    }
}
diesel::table! {
    review_machines (review_id) {
        review_id -> Text,
        service_id -> Text,
    }
}
diesel::table! {
    reviews (id) {
        id -> Text,
        dataset_id -> Text,
        version_id -> Text,
        party_id -> Text,
        book_number -> BigInt,
        steps -> Text,
        state -> Text,
        desk -> Nullable<Text>,
        note -> Text,
        card -> Text,
        card_sha256 -> Text,
        submitted_by -> Text,
        submitted_by_name -> Text,
        submitted_at -> BigInt,
        state_at -> BigInt,
        revision -> BigInt,
    }
}
diesel::table! {
    review_decisions (id) {
        id -> Text,
        review_id -> Text,
        desk -> Text,
        verdict -> Text,
        member_id -> Text,
        member_name -> Text,
        points -> Text,
        reason_zh -> Text,
        reason_en -> Text,
        decided_at -> BigInt,
    }
}
diesel::table! {
    compliance_decisions (id) {
        id -> Text,
        purchase_id -> Text,
        verdict -> Text,
        member_id -> Text,
        note -> Text,
        round -> BigInt,
        decided_at -> BigInt,
    }
}
diesel::table! {
    price_plans (offer_id) {
        offer_id -> Text,
        kind -> Text,
        period -> Nullable<Text>,
        most_periods -> Nullable<BigInt>,
        most_seats -> Nullable<BigInt>,
        volume_bytes -> Nullable<BigInt>,
        downloads -> Nullable<BigInt>,
        quote_days -> BigInt,
        discount_basis_points -> BigInt,
        discount_until -> Nullable<BigInt>,
        starts_at -> Nullable<BigInt>,
        ends_at -> Nullable<BigInt>,
        trial -> BigInt,
        named -> BigInt,
        edition -> BigInt,
        replaces_id -> Nullable<Text>,
    }
}
diesel::table! {
    price_tiers (id) {
        id -> Text,
        offer_id -> Text,
        position -> BigInt,
        size_class -> Nullable<Text>,
        volume_bytes -> Nullable<BigInt>,
        downloads -> Nullable<BigInt>,
        price_minor -> BigInt,
    }
}
diesel::table! {
    offer_parties (id) {
        id -> Text,
        offer_id -> Text,
        party_id -> Text,
    }
}
diesel::table! {
    trials (id) {
        id -> Text,
        dataset_id -> Text,
        buyer_id -> Text,
        purchase_id -> Text,
    }
}
diesel::table! {
    line_terms (line_id) {
        line_id -> Text,
        plan -> Text,
        period -> Nullable<Text>,
        periods -> Nullable<BigInt>,
        seats -> Nullable<BigInt>,
        tier -> Nullable<BigInt>,
        term_months -> Nullable<BigInt>,
        volume_bytes -> Nullable<BigInt>,
        downloads -> Nullable<BigInt>,
        unit_minor -> BigInt,
        list_minor -> BigInt,
        discount_basis_points -> BigInt,
        agreed -> BigInt,
    }
}
diesel::table! {
    proposals (id) {
        id -> Text,
        purchase_id -> Text,
        number -> BigInt,
        side -> Text,
        lines -> Text,
        net_minor -> BigInt,
        tax_minor -> BigInt,
        note -> Text,
        sha256 -> Text,
        made_by -> Text,
        made_by_name -> Text,
        made_at -> BigInt,
        expires_at -> BigInt,
        agreed_at -> Nullable<BigInt>,
        agreed_by_name -> Nullable<Text>,
    }
}
diesel::table! {
    policy_editions (id) {
        id -> Text,
        party_id -> Text,
        kind -> Text,
        scope -> Text,
        number -> BigInt,
        body -> Text,
        note -> Text,
        made_by -> Nullable<Text>,
        made_at -> BigInt,
    }
}
diesel::table! {
    policy_drafts (party_id) {
        party_id -> Text,
        body -> Text,
        changed_by -> Text,
        changed_at -> BigInt,
    }
}
diesel::table! {
    purchase_steps (id) {
        id -> Text,
        purchase_id -> Text,
        party_id -> Text,
        desk -> Text,
        round -> BigInt,
        position -> BigInt,
        group_number -> BigInt,
        kind -> Text,
        name_zh -> Text,
        name_en -> Text,
        members -> Text,
        limits -> Text,
        need -> BigInt,
        approvals -> BigInt,
        due_days -> BigInt,
        escalate_to -> Nullable<Text>,
        opened_at -> Nullable<BigInt>,
        due_at -> Nullable<BigInt>,
        done_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        reminded -> BigInt,
        escalated_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    step_decisions (id) {
        id -> Text,
        step_id -> Text,
        purchase_id -> Text,
        party_id -> Text,
        desk -> Text,
        round -> BigInt,
        verdict -> Text,
        member_id -> Text,
        stands_for -> Text,
        reason -> Text,
        note -> Text,
        signed_lang -> Nullable<Text>,
        signed_sha256 -> Nullable<Text>,
        decided_at -> BigInt,
    }
}
diesel::table! {
    delegations (id) {
        id -> Text,
        party_id -> Text,
        member_id -> Text,
        delegate_id -> Text,
        starts_at -> BigInt,
        ends_at -> BigInt,
        made_by -> Text,
        made_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    grant_renewals (purchase_id) {
        purchase_id -> Text,
        grant_id -> Text,
    }
}
diesel::table! {
    grant_reminders (grant_id, days) {
        grant_id -> Text,
        days -> BigInt,
        reminded_at -> BigInt,
    }
}
diesel::table! {
    grant_limits (grant_id) {
        grant_id -> Text,
        seats -> Nullable<BigInt>,
        seats_enforced -> BigInt,
        volume_bytes -> Nullable<BigInt>,
        downloads -> Nullable<BigInt>,
        networks -> Text,
        doors -> Text,
        paths -> Text,
        own_networks -> Text,
        own_doors -> Text,
        used_seats -> BigInt,
        used_volume_bytes -> BigInt,
        used_downloads -> BigInt,
        revision -> BigInt,
    }
}
diesel::table! {
    grant_seats (grant_id, taken_by) {
        grant_id -> Text,
        taken_by -> Text,
        taken_at -> BigInt,
    }
}
diesel::table! {
    purchase_messages (id) {
        id -> Text,
        purchase_id -> Text,
        side -> Text,
        author_kind -> Text,
        author_id -> Text,
        author_name -> Text,
        body -> Text,
        turn -> BigInt,
        posted_at -> BigInt,
    }
}
diesel::table! {
    session_proofs (session_id) {
        session_id -> Text,
        proved_at -> BigInt,
    }
}
diesel::table! {
    budgets (id) {
        id -> Text,
        party_id -> Text,
        cost_centre -> Text,
        currency -> Text,
        amount_minor -> BigInt,
        reserved_minor -> BigInt,
        spent_minor -> BigInt,
        starts_at -> BigInt,
        ends_at -> BigInt,
        made_by -> Text,
        made_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}
diesel::table! {
    budget_holds (purchase_id) {
        purchase_id -> Text,
        budget_id -> Text,
        amount_minor -> BigInt,
        state -> Text,
        changed_at -> BigInt,
    }
}
diesel::table! {
    mandates (service_id) {
        service_id -> Text,
        party_id -> Text,
        body -> Text,
        currency -> Text,
        per_request_minor -> BigInt,
        per_month_minor -> BigInt,
        answers -> Text,
        changed_by -> Text,
        changed_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        revision -> BigInt,
    }
}
diesel::table! {
    mandate_months (service_id, month) {
        service_id -> Text,
        month -> Text,
        used_minor -> BigInt,
    }
}
diesel::table! {
    mandate_uses (purchase_id) {
        purchase_id -> Text,
        service_id -> Text,
        month -> Text,
        amount_minor -> BigInt,
        freed_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    signed_agreements (purchase_id, sha256) {
        purchase_id -> Text,
        sha256 -> Text,
        body -> Text,
        kept_at -> BigInt,
    }
}
diesel::table! {
    refusal_reasons (id) {
        id -> Text,
        party_id -> Text,
        name_zh -> Text,
        name_en -> Text,
        made_by -> Text,
        made_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(
    grant_renewals,
    grant_reminders,
    grant_limits,
    grant_seats,
    file_profiles,
    file_samples,
    review_machines,
    version_scores,
    derived_files,
    members,
    sessions,
    mail_links,
    throttles,
    parties,
    memberships,
    invitations,
    api_keys,
    service_accounts,
    licences,
    licence_drafts,
    intended_uses,
    relicences,
    relicence_answers,
    datasets,
    versions,
    blobs,
    files,
    offers,
    counters,
    purchases,
    purchase_lines,
    decisions,
    orders,
    grants,
    tokens,
    deliveries,
    journal,
    notices,
    notice_settings,
    digest_hours,
    webhooks,
    webhook_deliveries,
    once_keys,
    storage_accounts,
    uploads,
    upload_parts,
    standards,
    declarations,
    conformances,
    lineage_inputs,
    lineage_steps,
    rule_books,
    gradings,
    held_drafts,
    version_cards,
    reviews,
    review_decisions,
    compliance_decisions,
    price_plans,
    price_tiers,
    offer_parties,
    trials,
    line_terms,
    proposals,
    policy_editions,
    policy_drafts,
    purchase_steps,
    step_decisions,
    delegations,
    purchase_messages,
    session_proofs,
    budgets,
    budget_holds,
    mandates,
    mandate_months,
    mandate_uses,
    signed_agreements,
    refusal_reasons
);
