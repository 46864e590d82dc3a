// Where the nodes run. Its agent takes telemetry by OTLP from every node: the nodes are told its address by the environment.
param location string
param name string
param workspaceName string
param insightsName string
param subnetId string?
param zoneRedundant bool
param gpuProfile string?

@description('Where metrics go (a collector\'s address for OTLP by gRPC): Application Insights takes traces and logs only. Empty: nowhere.')
param metricsEndpoint string

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource environment 'Microsoft.App/managedEnvironments@2025-02-02-preview' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: workspace.properties.customerId
        sharedKey: workspace.listKeys().primarySharedKey
      }
    }
    appInsightsConfiguration: {
      connectionString: insights.properties.ConnectionString
    }
    openTelemetryConfiguration: {
      tracesConfiguration: {
        destinations: ['appInsights']
      }
      metricsConfiguration: empty(metricsEndpoint) ? null : {
        destinations: ['metrics']
      }
      destinationsConfiguration: empty(metricsEndpoint) ? null : {
        otlpConfigurations: [
          {
            name: 'metrics'
            endpoint: metricsEndpoint
            insecure: false
          }
        ]
      }
    }
    vnetConfiguration: subnetId == null ? null : {
      infrastructureSubnetId: subnetId
      internal: false
    }
    zoneRedundant: zoneRedundant
    workloadProfiles: concat(
      [
        {
          name: 'Consumption'
          workloadProfileType: 'Consumption'
        }
      ],
      gpuProfile == null ? [] : [
        {
          name: 'gpu'
          workloadProfileType: gpuProfile!
        }
      ]
    )
  }
}

output id string = environment.id
output domain string = environment.properties.defaultDomain
