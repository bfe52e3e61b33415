"""Entities that several tests of the catalog write into a workspace."""

GROUP = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments}
spec: {type: team, children: []}
"""
WEB = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: web
spec:
  type: website
  lifecycle: production
  owner: payments
  dependsOn:
    - resource:z
    - resource:a
"""
