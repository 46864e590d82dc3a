using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class WebhookConfiguration : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("Webhooks");
        builder.HasKey(webhook => new { webhook.TenantId, webhook.Id });
        builder.Property(webhook => webhook.Name).HasMaxLength(Webhook.NameMaxLength);
        builder.Property(webhook => webhook.Url).HasMaxLength(Webhook.UrlMaxLength);
        builder.Ignore(webhook => webhook.Host);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(webhook => webhook.TenantId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class WebhookDeliveryConfiguration : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("WebhookDeliveries");
        builder.HasKey(delivery => new { delivery.TenantId, delivery.Id });
        builder.Property(delivery => delivery.LastAnswer).HasMaxLength(WebhookDelivery.AnswerMaxLength);
        builder.HasIndex(delivery => new { delivery.Status, delivery.NextAttemptAt }); // what is due, of all teams
        builder.HasOne<Webhook>().WithMany().HasForeignKey(delivery => new { delivery.TenantId, delivery.WebhookId }).OnDelete(DeleteBehavior.Cascade);
    }
}
