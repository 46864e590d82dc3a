// A private address for one service, and the name that leads to it within the network.
param location string
param name string
param subnetId string
param serviceId string

@description('Which part of the service: blob, postgresqlServer, vault, registry.')
param part string
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: part
        properties: {
          privateLinkServiceId: serviceId
          groupIds: [part]
        }
      }
    ]
  }

  resource names 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: part
          properties: {
            privateDnsZoneId: zoneId
          }
        }
      ]
    }
  }
}
