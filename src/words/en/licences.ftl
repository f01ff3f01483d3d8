# Words of licence terms: actions, verdicts, duties, limits, keepers. Keys: market/licences/terms/kinds.rs

action-analyse = Analyse and visualise
action-train-models = Train models, keep the weights
action-derive = Make derived data
action-publish-results = Publish results and figures
action-commercial-use = Use commercially
action-redistribute = Redistribute the data
action-sublicense = Sublicense

verdict-allowed = Allowed
verdict-conditional = On condition
verdict-forbidden = Forbidden

duty-attribute = Name the source
duty-share-alike = Share under the same licence
duty-keep-notices = Keep notices and licence text
duty-delete-at-end = Delete when the licence ends
duty-report-use = Report the use
duty-confidential = Keep confidential

limit-holder-only = Delivered to the holder only
limit-grant-term = Delivery stops when the grant ends

keeper-enforced = The server enforces this
keeper-promised = The parties promise this

duty-audit = Allow checks by the licensor
purpose-evaluation = Evaluation before buying
purpose-research = Research
purpose-internal = Internal operations and decisions
purpose-products = Products and services for others
recipient-staff = Own people
recipient-contractors = Processors working for the licensee
recipient-affiliates = Affiliates
recipient-consortium = Members of the consortium
recipient-others = Customers and other third parties
bound-purpose = Purposes
bound-territory = Territory
bound-field = Field of use
bound-recipients = Who may have it
bound-seats = People
bound-duration = Duration
bound-downloads = Downloads
bound-volume = Volume
bound-networks = Networks
statement-liability = Liability
statement-governing-law = Governing law
