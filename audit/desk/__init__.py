"""考评工作台 The desk: what people do with findings in the course of an assessment.

| module | what it does                                                  |
|--------|---------------------------------------------------------------|
| desk   | an assessment with all entries of its dossier, and new entries |
| opinions | what people have entered: of each thing the entry that holds     |
"""
