using System.Net;

namespace FewShotAD.Infrastructure.Webhooks;

/// <summary>
/// Whether an address lies in the open internet: what is not listed here as special (IANA's special-purpose registries). An address
/// that carries an IPv4 address inside is judged by that one.
/// </summary>
public static class PublicAddress
{
    private const int Ipv6Bytes = 16;

    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static bool Is(IPAddress address)
    {
        var inner = Inner(address);
        return !Special.Any(network => network.Contains(inner));
    }

    private static IPAddress Inner(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (bytes.Length != Ipv6Bytes)
            return address;
        return Nat64.Contains(address) ? new IPAddress(bytes[12..16]) : SixToFour.Contains(address) ? new IPAddress(bytes[2..6]) : address;
    }
}
