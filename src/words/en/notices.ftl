nav-notices = Notices
notices-lead = What happened that concerns you, and why you were told.
notices-all = All
notices-unread = Unread
notices-empty = No notices yet
notices-none-unread = Nothing unread
notices-empty-text = Requests, decisions, payments, grants and new versions will be told here.
not-read = Unread:
read-one = Mark as read
read-one-label = Mark as read: { $title }
read-all = Mark all as read
done-all-read = All are marked as read.
notice-settings = How you are told
notice-settings-lead = For each topic: whether it stands here under the bell, and whether and when a mail goes out.
head-topic = Topic
head-on-site = On this site
head-by-mail = By mail
always = Always
mailing-now = At once
mailing-digest = Daily summary
mailing-none = No mail
field-digest-hour = Daily summary at
field-digest-hour-hint = One mail with everything of the day; none when nothing happened.
hour-utc = { $hour } UTC ({ $beijing } in Beijing)
topic-decisions = Decisions that wait for you
topic-decisions-text = Requests and versions that you can decide on, and that they no longer wait.
topic-requests = Own requests
topic-requests-text = Submitted, returned, refused, expired.
topic-payments = Invoices and payments
topic-payments-text = Opened and paid.
topic-grants = Grants
topic-grants-text = Given, changed, ended.
topic-versions = New versions
topic-versions-text = Of datasets that your organisation holds a grant on.
topic-recalls = Recalls and warnings
topic-recalls-text = Versions that were recalled or advised against.
topic-listings = Reviews of own listings
topic-listings-text = What the exchange’s reviewers decided.
topic-organisation = Own organisation
topic-organisation-text = Its verification and its technical connections.
topic-account = Account and security
topic-account-text = Password, address, offices. These cannot be turned off.
topic-digest = Daily summary
unsubscribe = End these mails
unsubscribe-lead = { $email } gets no more mails about: { $topic }. On the site nothing changes.
unsubscribed-lead = { $email } gets no mails about: { $topic }. You can change this at any time.
done-unsubscribed = These mails have ended.
why-address = You get this because your address was entered there.
why-account = You get this because it concerns your account.
why-own = You get this because it is your request or your act.
why-role = You get this as { $role } of { $organisation }.
why-holder = You get this as { $role } of { $organisation }, which holds the grant { $grant }.
why-office = You get this because you hold the office: { $office }.
mail-settings = Choose how you are told: { $link }
mail-locked = Notices about your account always come by mail. How you are told of the rest: { $link }
mail-digest-button = All notices
mail-digest-subject = Daily summary ({ $count })
mail-digest-text = This happened at { $exchange } since the last summary:
mail-version-published-subject = New version { $version } of “{ $dataset }”
mail-version-published-text = { $seller } published version { $version } of “{ $dataset }”. { $noted ->
        [yes] What changed: { $note }
       *[no] There is no note on what changed.
    } { $covered ->
        [yes] Your grant covers it, under its own licence { $code }. { $licence ->
            [unchanged] The licence on offer is unchanged.
           *[changed] New requests are made under another licence; yours stays.
        }
       *[no] Your grant is for an earlier version only. { $licence ->
            [unchanged] The licence on offer is unchanged ({ $code }).
           *[changed] The licence on offer has changed (yours: { $code }).
        } To use the new version, request it.
    }
mails-all = All
mails-only-failed = Given up
mail-retry = Try again
done-mail-retried = The mail is tried again.
deed-member-notices-chosen = Notice settings changed
deed-exchange-mail-retried = Mail tried again
