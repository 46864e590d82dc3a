using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("Invitations");
        builder.HasKey(invitation => new { invitation.TenantId, invitation.Id });
        builder.Property(invitation => invitation.Email).HasMaxLength(Invitation.EmailMaxLength);
        builder.Property(invitation => invitation.TokenHash).HasMaxLength(SecretToken.HashLength).IsFixedLength();
        builder.Property(invitation => invitation.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(invitation => invitation.TokenHash).IsUnique(); // a link names its team by its token alone
        builder.HasOne<Tenant>().WithMany().HasForeignKey(invitation => invitation.TenantId).OnDelete(DeleteBehavior.Cascade);
    }
}
