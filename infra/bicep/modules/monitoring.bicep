// Logs of the nodes, and the traces that they send.
param location string
param workspaceName string
param insightsName string
param keepDays int

@description('Gigabytes a day after which nothing more is taken in; -1 is no limit.')
param dailyGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: keepDays
    workspaceCapping: {
      dailyQuotaGb: dailyGb
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
  }
}
